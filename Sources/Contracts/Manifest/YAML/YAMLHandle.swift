internal import CYAML

/// A running parser of libyaml.
///
/// Ownership: libyaml reads the bytes where they are, so the handle lives only inside the closure of
/// ``withHandle(_:_:)``, during which the array cannot go away.
@safe struct YAMLHandle: ~Copyable {
    private let reader: OpaquePointer

    /// Passes a handle over `bytes` to `body`; nil when there is no memory for it.
    static func withHandle<Result>(_ bytes: [UInt8], _ body: (borrowing YAMLHandle) -> Result) -> Result? {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let reader = unsafe yml_create(buffer.baseAddress, buffer.count) else { return nil }
            return body(unsafe YAMLHandle(reader: reader))
        }
    }

    private init(reader: OpaquePointer) { unsafe self.reader = reader }

    deinit { unsafe yml_destroy(reader) }

    enum Step {
        case event(YAMLEvent)
        case failure(YAMLFailure)
    }

    /// The next event.
    ///
    /// After a failure nothing may follow.
    borrowing func next() -> Step {
        var event = unsafe yml_event()
        var error = unsafe yml_error()
        guard unsafe yml_next(reader, &event, &error) else { return .failure(unsafe YAMLFailure(error)) }
        return .event(unsafe YAMLEvent(event))
    }

    /// The version of libyaml that is loaded.
    static var version: String { unsafe String(cString: yml_version()) }
}

/// An event of libyaml as a value of our own.
struct YAMLEvent {
    enum Kind {
        case streamEnd, documentStart, documentEnd
        case scalar(YAMLNode.Scalar)
        case alias(String)
        case sequenceStart, sequenceEnd, mappingStart, mappingEnd
    }

    let kind: Kind
    let place: Place
    let anchor: String?
    let tag: String?

    fileprivate init(_ event: yml_event) {
        unsafe place = Place(line: Int(event.line), column: Int(event.column))
        unsafe anchor = event.anchor.map { unsafe String(cString: $0) }
        unsafe tag = event.tag.map { unsafe String(cString: $0) }
        // libyaml has checked that the bytes are UTF-8.
        let text = unsafe String(
            decoding: UnsafeBufferPointer(start: event.text, count: event.text_size),
            as: UTF8.self
        )
        kind =
            switch unsafe event.kind {
            case YML_DOCUMENT_START: .documentStart
            case YML_DOCUMENT_END: .documentEnd
            case YML_SCALAR:
                unsafe .scalar(
                    YAMLNode.Scalar(text: text, isPlain: event.is_plain, margin: Self.margin(of: text, event))
                )
            case YML_ALIAS: .alias(text)
            case YML_SEQUENCE_START: .sequenceStart
            case YML_SEQUENCE_END: .sequenceEnd
            case YML_MAPPING_START: .mappingStart
            case YML_MAPPING_END: .mappingEnd
            default: .streamEnd
            }
    }

    /// How far behind its place a text begins that stands in the file as it is, on one line.
    private static func margin(of text: String, _ event: yml_event) -> Int? {
        guard unsafe event.line == event.end_line else { return nil }
        let width = unsafe Int(event.end_column) - Int(event.column)
        let count = text.unicodeScalars.count
        // Nothing around it, or quotes; an escape or an anchor would make it longer.
        return width == count ? 0 : width == count + 2 ? 1 : nil
    }
}

/// Why libyaml stopped.
struct YAMLFailure {
    let problem: String
    let context: String
    /// Nil when only the offset is known: bytes that are no UTF-8.
    let place: Place?
    let offset: Int
    let isOutOfMemory: Bool

    fileprivate init(_ error: yml_error) {
        unsafe problem = error.problem.map { unsafe String(cString: $0) } ?? ""
        unsafe context = error.context.map { unsafe String(cString: $0) } ?? ""
        unsafe place = error.line > 0 ? Place(line: Int(error.line), column: Int(error.column)) : nil
        unsafe offset = error.offset
        unsafe isOutOfMemory = error.is_out_of_memory
    }
}
