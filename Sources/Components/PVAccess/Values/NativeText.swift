internal import CPVXS

extension String {
    /// A text of the library; bytes that are no UTF-8 are replaced.
    @unsafe
    init(_ text: pvx_text) {
        let bytes = unsafe UnsafeRawBufferPointer(start: text.bytes, count: text.count)
        self = unsafe String(decoding: bytes, as: UTF8.self)
    }

    /// Passes the text on as the library takes it.
    @unsafe
    func withNativeText<Result>(_ body: (pvx_text) -> Result) -> Result {
        // An empty text needs no memory, and most messages of alarms are empty.
        guard !isEmpty else { return unsafe body(pvx_text(bytes: nil, count: 0)) }
        var text = self
        return text.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { bytes in
                unsafe body(pvx_text(bytes: bytes.baseAddress, count: bytes.count))
            }
        }
    }
}

/// Texts in a row, as the library takes them.
@safe
struct NativeTexts: ~Copyable {
    private let bytes: UnsafeMutablePointer<CChar>
    private let views: UnsafeMutablePointer<pvx_text>
    let count: Int

    init(_ texts: [String]) {
        count = texts.count
        unsafe bytes = .allocate(capacity: max(1, texts.reduce(0) { $0 + $1.utf8.count }))
        unsafe views = .allocate(capacity: max(1, count))
        var place = unsafe bytes
        for (index, text) in texts.enumerated() {
            unsafe text.withNativeText { text in
                if let start = unsafe text.bytes { unsafe place.update(from: start, count: text.count) }
                unsafe views[index] = pvx_text(bytes: place, count: text.count)
                unsafe place += text.count
            }
        }
    }

    /// As long as this lives.
    @unsafe var pointer: UnsafePointer<pvx_text> { unsafe UnsafePointer(views) }

    deinit {
        unsafe views.deallocate()
        unsafe bytes.deallocate()
    }
}

/// What the library says of a call.
enum NativeStatus {
    /// The library's words, which are freed; nil when it went well.
    @unsafe
    static func message(_ text: UnsafeMutablePointer<CChar>?) -> String? {
        guard let text = unsafe text else { return nil }
        defer { unsafe pvx_text_destroy(text) }
        return unsafe String(cString: text)
    }
}
