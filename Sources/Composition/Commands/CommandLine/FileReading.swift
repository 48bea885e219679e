internal import Host
internal import Manifest

extension Expansion {
    /// What the person at the command line may ask for: the environment, and files by a path from the
    /// folder of the document.
    static func granted(toDocument document: String) -> Expansion {
        let folder = folder(ofDocument: document)
        return Expansion(
            variable: { Environment.variable($0) },
            file: { path throws(Refusal) in
                let full = path.hasPrefix("/") ? path : folder + path
                let bytes: [UInt8]
                do throws(FileRefusal) {
                    bytes = try FileReading.bytes(of: full, sizeMax: 1 << 20)
                } catch {
                    throw Refusal(reason: error.reason)
                }
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw Refusal(reason: "is not UTF-8")
                }
                return text
            }
        )
    }
}

extension Expansion {
    /// Where the relative paths of a document begin: its folder, or the working directory.
    static func folder(ofDocument document: String) -> String {
        // What a shell makes of `<(command)` lies nowhere.
        let isPipe = document == "-" || document.hasPrefix("/dev/fd/") || document.hasPrefix("/proc/self/fd/")
        return isPipe ? "" : String(document[...].dropLastComponent)
    }
}

extension Substring {
    /// `a/b/` of `a/b/c`.
    fileprivate var dropLastComponent: Substring {
        lastIndex(of: "/").map { self[...$0] } ?? ""
    }
}
