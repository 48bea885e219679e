/// The kinds of problems that a document can have, each with an explanation of its own.
///
/// The name is part of the machine-readable report and never changes once released.
public enum ProblemKind: String, Sendable, CaseIterable {
    case unreadableFile = "unreadable-file"
    case notUTF8 = "not-utf-8"
    case syntax
    case tooLarge = "too-large"
    case tooDeep = "too-deep"
    case severalDocuments = "several-documents"
    case emptyDocument = "empty-document"
    case tag
    case badKey = "bad-key"
    case duplicateKey = "duplicate-key"
    case alias
    case expansion
    case unknownField = "unknown-field"
    case missingField = "missing-field"
    case wrongType = "wrong-type"
    case outOfRange = "out-of-range"
    case badUnit = "bad-unit"
    case badName = "bad-name"
    case unknownType = "unknown-type"
    case duplicateID = "duplicate-id"
    case duplicateSignal = "duplicate-signal"
    case unknownNode = "unknown-node"
    case unknownSignal = "unknown-signal"
    case ambiguousSignal = "ambiguous-signal"
    case cycle
    case conflict
    case formula
    case model
    case missingInput = "missing-input"
    case mismatch
    case unused
    case start
    case tooManyProblems = "too-many-problems"
}

extension ProblemKind {
    /// What it means and what to do, for `slipway help errors`.
    public var explanation: String {
        switch self {
        case .unreadableFile:
            "The file is missing, is a folder, or may not be read. Check the path and its permissions."
        case .notUTF8: "Documents are UTF-8 without control characters. Save the file again in that encoding."
        case .syntax:
            "The text is not YAML. Only the first such problem of a file is known; mend it and validate again. "
                + "Most often the indentation differs, or a text with ': ', '#' or a leading '@' needs quotes."
        case .tooLarge: "The document has more bytes or values than any flow needs. Split it, or use fewer aliases."
        case .tooDeep: "Lists and mappings lie too deep inside each other. Flows need about six levels."
        case .severalDocuments: "A file holds one document. Put what follows '---' into a file of its own."
        case .emptyDocument: "The file holds nothing but blanks and comments."
        case .tag: "YAML tags such as '!!python/object' can build objects. None is needed here; remove it."
        case .badKey: "A key is not a plain name: a list or a mapping used as one, or the merge key '<<'."
        case .duplicateKey: "The same key stands twice in one mapping, so one value would be lost. Remove one."
        case .alias: "An alias '*name' needs an anchor '&name' before it and outside of itself."
        case .expansion:
            "'${NAME}', '${NAME:-default}', '${NAME:?message}' and '${file:path}' are replaced in values when the "
                + "command line allows it. Set the variable, give a default, or write '$${' for a plain '${'."
        case .unknownField: "No field of this name exists here. The nearest name is given, or all names."
        case .missingField: "A field without a default is not there. Add it."
        case .wrongType: "The value is of another type than the field: text for a number, a list for a mapping."
        case .outOfRange: "The value is of the right type but beyond the limits of the field."
        case .badUnit: "Durations and sizes carry a unit: '250us', '1.5s', '64KiB'."
        case .badName:
            "Names of flows and nodes are letters, digits, '-' and '_' (flows also '.'), at most 128. Names of process "
                + "variables have no blanks."
        case .unknownType: "No node type of this name can stand here. The known ones are listed."
        case .duplicateID: "Two nodes have the same id. References could mean either; rename one."
        case .duplicateSignal:
            "A node offers one signal, or takes one input, twice. Remove one, or give it another name."
        case .unknownNode: "A reference names a node that the flow does not have."
        case .unknownSignal: "A reference names a signal that no node, or not this node, offers."
        case .ambiguousSignal: "Several nodes offer a signal of this name. Write '{from: NODE, signal: NAME}'."
        case .cycle: "Nodes wait for each other in a ring. Mark one wire of it with 'delay: true'."
        case .conflict: "Two fields cannot be used together, or one needs another."
        case .formula:
            "The text is no formula: something is misspelt, missing or ambiguous. Names of signals come first; what "
                + "else may stand in one is in docs/guide/formulas.md. 'slipway formula TEXT --explain' shows how a "
                + "formula is read."
        case .model:
            "The model is not there, cannot be read, or was not checked. 'slipway model show MODEL' tells more; "
                + "relative paths begin at the folder of the flow."
        case .missingInput: "The model needs an input that nothing feeds. Wire a signal to it, or give it a default."
        case .mismatch:
            "What a signal carries does not fit the input it feeds: another type, shape, range or unit. What the model "
                + "takes is in 'slipway model show MODEL'."
        case .unused: "Nothing uses what this node offers. Remove it, or wire it."
        case .start:
            "The document is right, but a node cannot begin its work here: a model that cannot be loaded, a file that "
                + "cannot be written, a port that is taken."
        case .tooManyProblems: "The report ends here. Mend what is listed and validate again."
        }
    }
}
