/// The version of this program, as the change log has it.
enum ProductVersion {
    static let text = "0.1.0"
}
