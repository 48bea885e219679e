internal import CCurl
public import Component

/// The library that makes calls.
///
/// It is the system's, and loaded when the first call is made.
public enum HTTPClientLibrary {
    /// Loads it; says why it cannot.
    static func load() -> String? {
        guard let problem = unsafe crl_load() else { return nil }
        return unsafe String(cString: problem)
    }

    /// Nothing where the system has none that can be used: then no calls are made.
    public static var nativeParts: [NativePart] {
        guard load() == nil, let version = unsafe crl_version() else { return [] }
        return [
            NativePart(
                name: "libcurl",
                version: unsafe String(cString: version),
                fileNamePart: "libcurl.so",
                isCompatible: true,
                licence: "curl"
            )
        ]
    }
}
