internal import Glibc

/// The folder in which the program was started.
enum WorkingFolder {
    /// A path of the command line, for somebody whose paths begin elsewhere.
    static func path(_ written: String) -> String {
        guard !written.hasPrefix("/"), let here = unsafe getcwd(nil, 0) else { return written }
        defer { unsafe free(here) }
        return unsafe "\(String(cString: here))/\(written)"
    }
}
