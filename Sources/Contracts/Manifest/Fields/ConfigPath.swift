/// Paths into a document, as they read in messages: `sinks.out.pvs.LUME:SIGMA.limits[0]`.
public enum ConfigPath {
    public static func child(_ parent: String, _ name: String) -> String {
        let isPlain =
            name.utf8.count <= 60
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":")
            }
        let step = isPlain && !name.isEmpty ? name : "'\(Printable.text(name))'"
        return parent.isEmpty ? step : "\(parent).\(step)"
    }
}
