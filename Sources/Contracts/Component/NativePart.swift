/// A native library that a component stands on, for `slipway doctor` and `slipway version`.
public struct NativePart: Sendable {
    public let name: String
    /// The version of the library that is loaded.
    public let version: String
    /// A part of its file name, by which the loaded file is found.
    public let fileNamePart: String
    /// Whether the loaded library fits this program.
    public let isCompatible: Bool
    public let licence: String

    public init(name: String, version: String, fileNamePart: String, isCompatible: Bool, licence: String) {
        self.name = name
        self.version = version
        self.fileNamePart = fileNamePart
        self.isCompatible = isCompatible
        self.licence = licence
    }
}
