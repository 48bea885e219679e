internal import JSON
public import Signals

// What is given to a model, beside what it takes.
extension ModelSignature {
    /// The tensors of the inputs, in their order; nil for those that are left out.
    ///
    /// - Throws: The first that is missing, unknown, or of another type or shape.
    public func arranged(_ given: NamedTensors, label: String) throws(ModelProblem) -> [Tensor?] {
        var arranged = [Tensor?](repeating: nil, count: inputs.count)
        for (position, (name, tensor)) in zip(given.names, given.tensors).enumerated() {
            // Mostly they come in their order.
            let isNext = position < inputs.count && inputs[position].name.utf8.elementsEqual(name.utf8)
            let index = isNext ? position : inputs.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
            guard let index else { throw unknownInput(name, label) }
            arranged[index] = tensor
        }
        var sizes: [String: (size: Int, input: String)] = [:]
        for index in inputs.indices { try check(inputs[index], arranged[index], &sizes, label) }
        return arranged
    }

    /// Whether a model can run at all: what it takes are tensors, and so is some of what it gives.
    public func checkTensors(label: String) throws(ModelProblem) {
        for input in inputs {
            guard case .other(let type) = input.kind else { continue }
            throw ModelProblem(
                .unsupported,
                "expected inputs that are tensors, found '\(input.name)' of '\(label)', which is a \(type)",
                advice: "export the model with tensors as inputs"
            )
        }
        guard outputs.contains(where: { $0.elementType != nil }) else {
            throw ModelProblem(
                .unsupported,
                "expected an output of '\(label)' that is a tensor, found none",
                advice: "a classifier of scikit-learn is exported with options={'zipmap': False}"
            )
        }
    }

    func unknownInput(_ name: String, _ label: String) -> ModelProblem {
        let names = inputs.prefix(20).map(\.name).joined(separator: ", ")
        return ModelProblem(
            .badInput,
            "expected an input of '\(label)', found '\(name)'",
            advice: inputs.isEmpty ? "it has none" : "the inputs are \(names)"
        )
    }

    private func check(
        _ input: ModelPort,
        _ tensor: Tensor?,
        _ sizes: inout [String: (size: Int, input: String)],
        _ label: String
    ) throws(ModelProblem) {
        if let tensor {
            guard tensor.elementType == input.elementType, input.accepts(tensor.shape) else {
                throw mismatch(input, "\(tensor.elementType) \(tensor.shape)", label)
            }
            try match(input, tensor.shape, &sizes, label)
        } else if !input.isOptional {
            throw ModelProblem(.badInput, "expected '\(input.name)' of '\(label)' as \(input.text), found nothing")
        }
    }

    /// The sizes behind the names of dimensions, for inputs of these shapes.
    public func sizes(of shapes: [[Int]], label: String) throws(ModelProblem) -> [String: Int] {
        guard shapes.count == inputs.count else {
            throw ModelProblem(
                .badInput,
                "expected shapes of the \(inputs.count) inputs of '\(label)', found \(shapes.count)"
            )
        }
        var sizes: [String: (size: Int, input: String)] = [:]
        for (input, shape) in zip(inputs, shapes) {
            guard input.accepts(shape) else { throw mismatch(input, "\(shape)", label) }
            try match(input, shape, &sizes, label)
        }
        return sizes.mapValues(\.size)
    }

    func mismatch(_ input: ModelPort, _ found: String, _ label: String) -> ModelProblem {
        ModelProblem(
            .badInput,
            "expected '\(input.name)' of '\(label)' as \(input.text), found \(found)",
            advice: "'slipway model show' lists what a model takes"
        )
    }

    /// A dimension of one name has one size.
    private func match(
        _ input: ModelPort,
        _ shape: [Int],
        _ sizes: inout [String: (size: Int, input: String)],
        _ label: String
    ) throws(ModelProblem) {
        for case (.symbol(let name), let size) in zip(input.shape ?? [], shape) {
            guard let known = sizes[name] else {
                sizes[name] = (size, input.name)
                continue
            }
            guard known.size == size else {
                throw ModelProblem(
                    .badInput,
                    "expected '\(name)' of '\(label)' to be \(known.size) as in '\(known.input)', "
                        + "found \(size) in '\(input.name)', which is \(shape)",
                    advice: "dimensions of one name have one size"
                )
            }
        }
    }
}

extension ModelPort {
    /// Its shape where every size is known, from the file or by the names of dimensions.
    public func shape(_ sizes: [String: Int]) -> [Int]? {
        guard let shape else { return nil }
        var known: [Int] = []
        for dimension in shape {
            switch dimension {
            case .fixed(let size): known.append(size)
            case .symbol(let name):
                guard let size = sizes[name] else { return nil }
                known.append(size)
            case .free: return nil
            }
        }
        return known
    }
}

extension ModelSignature {
    /// What the model was not made for: the first value of each input beyond its range.
    public func excesses(of given: NamedTensors) -> [String] {
        inputs.compactMap { input in
            guard let range = input.notes.range, let tensor = given[input.name] else { return nil }
            let (low, high) = (input.rounded(range.lowerBound), input.rounded(range.upperBound))
            let first = (0..<tensor.count).first { index in
                tensor.number(at: index).map { !($0 >= low && $0 <= high) } ?? false
            }
            return first.map { index in
                let found = tensor.jsonElement(index).map { JSONWriter.text(of: $0) } ?? "another value"
                return "expected '\(input.name)' within \(range.lowerBound) to \(range.upperBound), found \(found)"
            }
        }
    }
}
