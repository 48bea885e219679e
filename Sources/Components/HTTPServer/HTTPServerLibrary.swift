internal import CMicrohttpd
public import Component

/// The library that speaks HTTP.
public enum HTTPServerLibrary {
    static var version: String { unsafe String(cString: mhd_version()) }

    public static var nativeParts: [NativePart] {
        [
            NativePart(
                name: "libmicrohttpd",
                version: version,
                fileNamePart: "libmicrohttpd.so",
                isCompatible: version.hasPrefix("0.9."),
                licence: "LGPL-2.1-or-later"
            )
        ]
    }
}
