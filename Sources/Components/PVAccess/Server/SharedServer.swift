internal import Component
internal import Lifetime
internal import Signals

/// The servers of this process: nodes whose settings are the same offer their variables on one.
///
/// So a variable may be input and output of a flow at once: a source answers its puts, and a sink posts to it.
enum SharedServer {
    /// What a node does with a variable.
    enum Role: Sendable, Hashable {
        case input, output
    }

    /// The claim of a name: it is hosted once as an input, and once as an output.
    static func claim(_ name: String, _ role: Role, _ settings: PVAServerSettings) -> Claim {
        Claim(name: name, scope: "\(role) \(settings)")
    }

    /// A variable that nodes hold; it is offered as long as one does.
    final class Variable: Sendable {
        let server: PVAServer
        let index: Int
        fileprivate let roles = Guarded<Set<Role>>([])

        fileprivate init(_ server: PVAServer, index: Int) {
            self.server = server
            self.index = index
        }

        deinit { server.remove(index) }

        /// Holds it no more in this role.
        func leave(_ role: Role) {
            if role == .input { server.answer(nil, index) }
            _ = roles.withLock { $0.remove(role) }
        }
    }

    private struct Known: Sendable {
        weak var server: PVAServer?
        var variables: [String: WeakVariable] = [:]
    }

    private struct WeakVariable: Sendable {
        weak var variable: Variable?
    }

    private static let known = Guarded<[PVAServerSettings: Known]>([:])

    /// The server of these settings; it runs as long as somebody holds it.
    static func server(_ settings: PVAServerSettings) throws(PVAProblem) -> PVAServer {
        let result = known.withLock { known in
            if let server = known[settings]?.server { return Result<PVAServer, PVAProblem>.success(server) }
            let made = Result { () throws(PVAProblem) in
                try PVAServer(settings: settings, at: Stamp.now())
            }
            known = known.filter { $0.value.server != nil }
            if case .success(let server) = made { known[settings] = Known(server: server) }
            return made
        }
        return try result.get()
    }

    /// Offers a variable in a role, or joins who offers it in the other.
    static func variable(
        _ declaration: PVADeclaration,
        _ role: Role,
        _ settings: PVAServerSettings
    ) throws(PVAProblem) -> Variable {
        let server = try server(settings)
        if let other = known.withLock({ $0[settings]?.variables[declaration.name]?.variable }),
            other.roles.withLock({ !$0.isEmpty && $0.insert(role).inserted })
        {
            if role == .input { server.answer(declaration.put, other.index) }
            return other
        }
        let index = try server.add(declaration, at: Stamp.now())
        let variable = Variable(server, index: index)
        _ = variable.roles.withLock { $0.insert(role) }
        known.withLock { $0[settings]?.variables[declaration.name] = WeakVariable(variable: variable) }
        return variable
    }
}
