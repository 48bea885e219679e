internal import CSpecialFunctions

/// Why a formula has no finite value: it makes what comes out INVALID.
public struct NonFinite: Sendable, Equatable {
    /// The sort of reason: part of the machine-readable report, never changed once released.
    public enum Code: String, Sendable, CaseIterable {
        case divisionByZero = "division-by-zero"
        case overflow
        case pole
        case notReal = "not-real"
        case noBranch = "no-branch"
        case noElements = "no-elements"
        /// There is a value, but not here: the order of a Bessel function is too large.
        case notComputed = "not-computed"
        /// The formula itself says `oo` or `nan`.
        case written
        /// A value that came in was not finite.
        case input = "non-finite-input"

        var text: String {
            switch self {
            case .divisionByZero: "division by zero"
            case .overflow: "larger than any float64"
            case .pole: "a pole"
            case .notReal: "outside of the reals"
            case .noBranch: "no condition holds"
            case .noElements: "an array without elements"
            case .notComputed: "a Bessel function of an order beyond \(SF_BESSEL_ORDER_MAX)"
            case .written: "from an infinity or NaN in the formula"
            case .input: "an input that is not finite"
            }
        }
    }

    public let code: Code
    /// The characters of the formula that it is about, the first being 1; nil for an input.
    public let columns: Range<Int>?
    /// That piece of the formula, or the name of the input.
    public let text: String
    /// Of an array: how many of its elements are not finite, and the index of the first.
    public internal(set) var elements: (count: Int, first: [Int])?

    public static func == (left: NonFinite, right: NonFinite) -> Bool {
        left.code == right.code && left.columns == right.columns && left.text == right.text
            && left.elements?.count == right.elements?.count && left.elements?.first == right.elements?.first
    }
}

extension NonFinite: CustomStringConvertible {
    public var description: String {
        var message = "\(code.text): '\(text)'"
        if let columns { message += " in column \(columns.lowerBound)" }
        if let elements {
            let index = elements.first.map(String.init).joined(separator: ", ")
            message += ", \(elements.count) element\(elements.count == 1 ? "" : "s"), the first at [\(index)]"
        }
        return message
    }
}

extension Formula {
    /// Why the last run of these registers gave no finite value; nil when it did.
    public func reason(in registers: borrowing FormulaRegisters) -> NonFinite? {
        let slots = registers.slots
        return reason(of: program.result, in: slots)
    }

    /// Goes back from a slot to the operation that made something not finite of what was.
    ///
    /// `known` tells the reasons of arrays' means and sums, whose elements are not among the slots.
    func reason(of slot: Int, in slots: [Double], known: (Int) -> NonFinite? = { _ in nil }) -> NonFinite? {
        guard !slots[slot].isFinite else { return nil }
        var slot = slot
        while let step = program.step(of: slot) {
            if let reason = known(slot) { return reason }
            let operands = step.operands
            if step.operation == .select {
                slot = operands[slots[operands[0]] != 0 ? 1 : 2]
                continue
            }
            // What is no number comes from what is no number, if there is such an operand.
            let culprit =
                operands.first { slots[slot].isNaN && slots[$0].isNaN } ?? operands.first { !slots[$0].isFinite }
            guard let culprit else {
                let code = step.operation.reason(slots[operands.first ?? 0], slots[operands.last ?? 0], slots[slot])
                return nonFinite(code, at: program.places[slot - program.firstStep])
            }
            slot = culprit
        }
        guard slot < program.symbolCount else {
            let constants: [FormulaTree.Kind] = [.constant(.infinity), .constant(.nan)]
            let written = tree.nodes.first { constants.contains($0.kind) }
            return nonFinite(.written, at: written?.bytes ?? 0..<bytes.count)
        }
        return NonFinite(code: .input, columns: nil, text: symbols[slot])
    }

    func nonFinite(_ code: NonFinite.Code, at place: Range<Int>) -> NonFinite {
        let piece = String(decoding: bytes[place].prefix(240), as: UTF8.self)
        let shown = piece.unicodeScalars.prefix(60)
        let isCut = shown.count < piece.unicodeScalars.count || place.count > 240
        return NonFinite(
            code: code,
            columns: Lexer.columns(place, in: bytes),
            text: String(String.UnicodeScalarView(shown)) + (isCut ? "…" : "")
        )
    }
}

extension Operation {
    /// Why `result`, which is not finite, came of operands that were.
    fileprivate func reason(_ first: Double, _ last: Double, _ result: Double) -> NonFinite.Code {
        switch self {
        case .noBranch: .noBranch
        case .divide, .floorDivide, .modulo: last == 0 ? .divisionByZero : Self.other(result)
        case .root, .realRoot: last == 0 || first == 0 ? .divisionByZero : Self.other(result)
        case .logBase: last == 1 && first > 0 ? .divisionByZero : result.isNaN ? .notReal : .pole
        case .reciprocal, .power, .rationalPower: first == 0 ? .divisionByZero : Self.other(result)
        case .csc, .cot, .csch, .coth, .acsch, .loggamma: first == 0 ? .pole : Self.other(result)
        case .gamma, .factorial, .beta, .binomial, .digamma: isPole(first, last) ? .pole : Self.other(result)
        case .besselY, .besselK, .besselJ, .besselI:
            first.magnitude > Double(SF_BESSEL_ORDER_MAX) ? .notComputed : last == 0 ? .pole : Self.other(result)
        case .exp, .sinh, .cosh, .add, .subtract, .multiply, .square, .degrees, .sum, .mean, .variance,
            .standardDeviation, .hypot, .median:
            .overflow
        default: result.isNaN ? .notReal : .pole
        }
    }

    private static func other(_ result: Double) -> NonFinite.Code { result.isNaN ? .notReal : .overflow }

    /// Whether the gamma function has a pole at what it is asked for.
    private func isPole(_ first: Double, _ last: Double) -> Bool {
        func isWholeBelow(_ x: Double, _ limit: Double) -> Bool { x < limit && x.rounded() == x }
        return switch self {
        case .factorial: isWholeBelow(first, 0)
        case .beta: isWholeBelow(first, 1) || isWholeBelow(last, 1)
        case .binomial: isWholeBelow(first, 0) && last.rounded() != last
        default: isWholeBelow(first, 1)
        }
    }
}
