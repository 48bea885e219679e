/// A line of a CSV file as RFC 4180 has it: cells in quotes where they hold a comma, a quote or a line end.
enum CSVLine {
    static func text(_ cells: [String]) -> String {
        cells.map { cell in
            let needsQuotes = cell.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
            return needsQuotes
                ? "\"\(cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
                : cell
        }
        .joined(separator: ",")
    }

    /// The cells of a line; nil where a quote is not closed, so that the line goes on.
    ///
    /// A quote that does not begin a cell is one of its characters.
    static func cells(_ line: Substring) -> [String]? {
        var cells: [String] = []
        var cell: [UInt8] = []
        var (isQuoted, isFresh) = (false, true)
        var bytes = line.utf8[...]
        while let byte = bytes.popFirst() {
            switch (byte, isQuoted) {
            case (0x22, true):
                if bytes.first == 0x22 {
                    cell.append(0x22)
                    bytes.removeFirst()
                } else {
                    isQuoted = false
                }
            case (0x22, false) where isFresh: (isQuoted, isFresh) = (true, false)
            case (0x2C, false):
                cells.append(String(decoding: cell, as: UTF8.self))
                cell.removeAll()
                isFresh = true
            default:
                cell.append(byte)
                isFresh = false
            }
        }
        guard !isQuoted else { return nil }
        cells.append(String(decoding: cell, as: UTF8.self))
        return cells
    }
}
