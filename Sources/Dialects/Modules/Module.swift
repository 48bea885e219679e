internal import Manifest

/// A part of another program's flow: it takes what others publish under its topics, and publishes what it makes.
struct Module {
    /// What it is called in the document.
    let key: String
    let place: Place
    let path: String
    /// Under which topic it publishes.
    let publishes: String?
    let takes: [String]
    let part: Part

    enum Part {
        case interface(Interface)
        /// One or, where the document compounds them, several.
        case transformers([Transformer])
        case model(ModelPart)
    }
}

/// Where a module gets values from, and where it writes values.
struct Interface {
    enum Kind: Equatable {
        /// Reads and writes process variables of others.
        case client
        /// Hosts process variables.
        case server
        /// Takes requests over HTTP, and answers them.
        case requests

        /// The node type of ours.
        var type: String {
            switch self {
            case .client: "pva"
            case .server: "pva-server"
            case .requests: "requests"
            }
        }
    }

    let kind: Kind
    /// Fields of ours that say where: addresses, ports.
    let place: [YAMLNode.Entry]
    let variables: [InterfaceVariable]
    /// Fields of ours that only what it brings has.
    var sourceFields: [YAMLNode.Entry] = []
}

/// A process variable of an interface.
struct InterfaceVariable {
    enum Mode: String, CaseIterable {
        case `in`, out, `inout`

        var isRead: Bool { self != .out }
        var isWritten: Bool { self != .in }
    }

    /// The name under which it is published and taken.
    let name: String
    /// The process variable itself.
    let variable: String
    let mode: Mode
    let place: Place
    /// What a hosted one is, in our fields: `type`, `limits`, `alarm` and so on.
    var fields: [YAMLNode.Entry] = []
    /// What it holds before anybody has written it, in our fields.
    var initial: [YAMLNode.Entry] = []
}

/// A node that makes values of values.
struct Transformer {
    enum Kind {
        /// The formula of each output.
        case formula
        /// Which input each output is.
        case pass
        /// The channels of an image.
        case image
    }

    struct Output {
        let name: String
        let place: Place
        /// The formula, the input, or the fields of an image.
        let value: YAMLNode
    }

    let kind: Kind
    /// What tells it from others of the same module.
    let suffix: String
    let place: Place
    /// The names of what it takes.
    let inputs: [(name: String, place: Place)]
    let outputs: [Output]
}

/// A model, as far as it can be run here.
struct ModelPart {
    let model: String
    let place: Place
}
