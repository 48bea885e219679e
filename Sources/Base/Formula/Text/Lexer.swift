/// One word of a formula.
struct Token: Equatable {
    enum Kind: Equatable {
        case whole(WholeNumber)
        case float(Double)
        /// The position among the symbols that the formula uses.
        case symbol(Int)
        case function(FormulaFunction)
        case constant(FormulaConstant)
        /// A name that nothing is known of.
        case unknown
        case mark(Mark)
        case end

        /// Whether a value ends with it, so that an operator follows.
        var endsValue: Bool {
            switch self {
            case .whole, .float, .symbol, .constant, .unknown, .mark(.close): true
            case .function, .mark, .end: false
            }
        }
    }

    /// What is not a value.
    enum Mark: String, CaseIterable {
        case open = "("
        case close = ")"
        case comma = ","
        case plus = "+"
        case minus = "-"
        case power = "**"
        case caret = "^"
        case times = "*"
        case floorDivide = "//"
        case divide = "/"
        case modulo = "%"
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case greater = ">"
        case ampersand = "&"
        case bar = "|"
        case tilde = "~"
        case and, or, not
    }

    let kind: Kind
    let bytes: Range<Int>
}

/// Cuts the text of a formula into words.
///
/// Declared symbols come first, the longest, and only where a word may end; then numbers, then names.
struct Lexer {
    let text: [UInt8]
    private let symbols: FormulaSymbols
    private var offset = 0
    /// Whether the word before was a value: then an operator follows.
    private var isBehindValue = false
    /// How many bytes were compared with names of symbols.
    private var compared = 0
    /// The names of the symbols met so far, in the order of their first use.
    private(set) var used: [String] = []
    /// The byte of the first use of each.
    private(set) var firstUses: [Int] = []
    private var slots: [ArraySlice<UInt8>: Int] = [:]

    init(_ text: [UInt8], _ symbols: FormulaSymbols) {
        self.text = text
        self.symbols = symbols
    }

    mutating func next() throws(FormulaProblem) -> Token {
        while offset < text.count, Letters.isBlank(text[offset]) { offset += 1 }
        let start = offset
        guard start < text.count else { return Token(kind: .end, bytes: start..<start) }
        if text[start] == UInt8(ascii: "`") { return try quoted(at: start) }
        let matches = try matches(at: start)
        if let word = operatorWord(at: start), case let end = start + word.rawValue.utf8.count,
            matches.last?.end ?? start <= end
        {
            return take(.mark(word), to: end)
        }
        if let longest = matches.last { return try symbol(longest.name, start..<longest.end) }
        if let end = Letters.endOfNumber(in: text, at: start) { return try number(start..<end) }
        if Letters.isOfName(text[start]) { return try name(at: start) }
        guard let mark = mark(at: start) else { throw strangeCharacter(at: start) }
        return take(.mark(mark), to: start + mark.rawValue.utf8.count)
    }

    private mutating func take(_ kind: Token.Kind, to end: Int) -> Token {
        defer { offset = end }
        isBehindValue = kind.endsValue
        return Token(kind: kind, bytes: offset..<end)
    }

    /// The symbols that stand here; how far they were compared is counted.
    private mutating func matches(at start: Int) throws(FormulaProblem) -> [(name: Int, end: Int)] {
        let found = symbols.matches(in: text, at: start)
        compared += found.compared + 1
        guard compared <= FormulaLimits.comparedMax else {
            throw problem(
                .tooLarge,
                start..<start,
                "expected symbols that are told apart by their first letters, found long ones that begin alike",
                .text("give them shorter names by 'in', or split the formula")
            )
        }
        return found.names
    }

    /// `and`, `or` and `not` where no symbol of that name can stand: behind a value, or before one.
    private func operatorWord(at start: Int) -> Token.Mark? {
        for word in [Token.Mark.and, .or, .not] where text[start...].starts(with: word.rawValue.utf8) {
            let end = start + word.rawValue.utf8.count
            guard Letters.isBoundary(in: text, at: end), isBehindValue == (word != .not) else { continue }
            if word != .not { return word }
            let next = text[end...].first { !Letters.isBlank($0) }
            if let next, Letters.isOfName(next) || next == UInt8(ascii: "(") || next == UInt8(ascii: "`") {
                return word
            }
        }
        return nil
    }

    private mutating func use(_ bytes: ArraySlice<UInt8>) -> Token.Kind {
        if let slot = slots[bytes] { return .symbol(slot) }
        slots[bytes] = used.count
        used.append(String(decoding: bytes, as: UTF8.self))
        firstUses.append(offset)
        return .symbol(used.count - 1)
    }

    private func mark(at start: Int) -> Token.Mark? {
        let rest = text[start...]
        // Of two that begin alike the longer stands first; the words of the enumeration are names.
        return Token.Mark.allCases.first { mark in
            !Letters.isLetter(mark.rawValue.utf8.first ?? 0) && rest.starts(with: mark.rawValue.utf8)
        }
    }
}

// Symbols.
extension Lexer {
    private mutating func symbol(_ name: Int, _ bytes: Range<Int>) throws(FormulaProblem) -> Token {
        let symbol = symbols.names[name]
        if !symbol.isOdd {
            // What a parenthesis follows is a call: no symbol can stand there.
            if isCall(at: bytes.upperBound), let function = FormulaFunction.named(symbol.text) {
                return take(.function(function), to: bytes.upperBound)
            }
            // `1e-3` beside a symbol `1e`.
            if let end = Letters.endOfNumber(in: text, at: bytes.lowerBound), end > bytes.upperBound {
                throw ambiguous(bytes, "begins the number '\(shown(bytes.lowerBound..<end))'", first: bytes.upperBound)
            }
        } else if let words = try otherReading(of: bytes) {
            let reading = words.map { "'\(shown($0))'" }.joined(separator: " ")
            throw ambiguous(bytes, "reads as \(reading)", first: words[0].upperBound)
        }
        return take(use(symbol.bytes[...]), to: bytes.upperBound)
    }

    private func ambiguous(_ bytes: Range<Int>, _ reading: String, first: Int) -> FormulaProblem {
        let start = bytes.lowerBound..<first
        let rest = first..<bytes.upperBound
        // Quotes around its first word, or a blank behind it, and it is the symbol no more.
        let isSymbol = symbols.position(of: text[start]) != nil && !rest.isEmpty
        let apart = isSymbol ? "`\(shown(start))`\(shown(rest))" : "\(shown(start)) \(shown(rest))"
        let other = rest.isEmpty ? "" : ", '\(apart)' for what it says otherwise"
        return problem(
            .ambiguousSymbol,
            bytes,
            "expected a text with one meaning, found '\(shown(bytes))', which is a symbol, and also \(reading)",
            .text("write '`\(shown(bytes))`', in backquotes, for the symbol\(other)")
        )
    }

    private func isCall(at end: Int) -> Bool {
        var next = end
        while next < text.count, Letters.isBlank(text[next]) { next += 1 }
        return next < text.count && text[next] == UInt8(ascii: "(")
    }

    /// The words of a symbol's text, if there are any but the symbol itself: each known, and no two values side by
    /// side.
    ///
    /// Every way to cut the text is followed, each place once behind a value and once not.
    private mutating func otherReading(of symbol: Range<Int>) throws(FormulaProblem) -> [Range<Int>]? {
        struct Stop: Hashable {
            let place: Int
            let isBehindValue: Bool
        }
        var origins: [Stop: (stop: Stop, word: Range<Int>)] = [:]
        var waiting = [Stop(place: symbol.lowerBound, isBehindValue: isBehindValue)]
        while let stop = waiting.popLast() {
            guard stop.place < symbol.upperBound else {
                var words: [Range<Int>] = []
                var at = stop
                while let origin = origins[at] {
                    words.append(origin.word)
                    at = origin.stop
                }
                return words.reversed()
            }
            for (word, endsValue) in try words(at: stop.place, isBehindValue: stop.isBehindValue) where word != symbol {
                let next = Stop(place: word.upperBound, isBehindValue: endsValue)
                guard origins[next] == nil else { continue }
                origins[next] = (stop, word)
                waiting.append(next)
            }
        }
        return nil
    }

    /// Each known word that may stand at a place, and whether it ends a value.
    private mutating func words(
        at place: Int,
        isBehindValue: Bool
    ) throws(FormulaProblem) -> [(word: Range<Int>, endsValue: Bool)] {
        var start = place
        while start < text.count, Letters.isBlank(text[start]) { start += 1 }
        guard start < text.count else { return [] }
        if let mark = mark(at: start) {
            let mayStand =
                switch mark {
                case .plus, .minus: true
                case .open, .tilde: !isBehindValue
                default: isBehindValue
                }
            return mayStand ? [(start..<start + mark.rawValue.utf8.count, mark == .close)] : []
        }
        let end = endOfName(at: start)
        if let word = Self.word(text[start..<end]), case .mark(let mark) = word, (mark != .not) == isBehindValue {
            return [(start..<end, false)]
        }
        guard !isBehindValue else { return [] }
        var words = try matches(at: start).map { (word: start..<$0.end, endsValue: true) }
        if let end = Letters.endOfNumber(in: text, at: start) { words.append((start..<end, true)) }
        switch Self.word(text[start..<end]) {
        case .function where isCall(at: end): words.append((start..<end, false))
        case .constant: words.append((start..<end, true))
        default: break
        }
        return words
    }

    /// A symbol in backquotes; two of them inside stand for one.
    private mutating func quoted(at start: Int) throws(FormulaProblem) -> Token {
        var name: [UInt8] = []
        var end = start + 1
        while true {
            guard end < text.count else {
                throw problem(
                    .syntax,
                    start..<start + 1,
                    "expected a second '`' behind the symbol, found the end",
                    .text("a symbol in backquotes is written `A-B`")
                )
            }
            if text[end] == UInt8(ascii: "`") {
                guard end + 1 < text.count, text[end + 1] == UInt8(ascii: "`") else { break }
                end += 1
            }
            name.append(text[end])
            end += 1
        }
        end += 1
        let isKnown = symbols.position(of: name[...]) != nil || (symbols.mayBeMore && !name.isEmpty)
        return take(isKnown ? use(name[...]) : .unknown, to: end)
    }
}

// Numbers, names and what is neither.
extension Lexer {
    private mutating func number(_ bytes: Range<Int>) throws(FormulaProblem) -> Token {
        guard Letters.isBoundary(in: text, at: bytes.upperBound) else {
            let rest = bytes.upperBound..<endOfName(at: bytes.upperBound)
            if let strange = Confusables.first(in: text, rest) { throw strangeCharacter(at: strange) }
            let all = bytes.lowerBound..<endOfName(at: bytes.lowerBound)
            throw problem(
                .badNumber,
                all,
                "expected a number or a symbol, found '\(shown(all))'",
                .text("numbers are decimal: 12, 0.5, 1e-3; to multiply, write '*'")
            )
        }
        let word = String(decoding: text[bytes], as: UTF8.self)
        if bytes.count <= FormulaLimits.digitsMax, let whole = WholeNumber(digits: text[bytes]) {
            return take(.whole(whole), to: bytes.upperBound)
        }
        let isZero = !text[bytes].prefix { $0 | 0x20 != UInt8(ascii: "e") }.contains { $0 > 0x30 && $0 <= 0x39 }
        guard let value = Double(word), value.isFinite, value != 0 || isZero else {
            throw problem(
                .badNumber,
                bytes,
                "expected a number that float64 holds, found '\(shown(bytes))'",
                .text("the largest is 1.7976931348623157e308, the smallest 5e-324")
            )
        }
        return take(.float(value), to: bytes.upperBound)
    }

    private func endOfName(at start: Int) -> Int {
        var end = start
        while end < text.count, Letters.isOfName(text[end]) { end += 1 }
        return end
    }

    /// What a word means that is no symbol.
    private static func word(_ bytes: ArraySlice<UInt8>) -> Token.Kind? {
        let text = String(decoding: bytes, as: UTF8.self)
        if let function = FormulaFunction.named(text) { return .function(function) }
        if let constant = FormulaConstant(rawValue: text) { return .constant(constant) }
        switch text {
        case "and": return .mark(.and)
        case "or": return .mark(.or)
        case "not": return .mark(.not)
        default: return nil
        }
    }

    private mutating func name(at start: Int) throws(FormulaProblem) -> Token {
        let end = endOfName(at: start)
        if let known = Self.word(text[start..<end]) { return take(known, to: end) }
        if let strange = Confusables.first(in: text, start..<end) { throw strangeCharacter(at: strange) }
        let isOpen = symbols.mayBeMore && !isCall(at: end) && !ForeignNames.isConstant(text[start..<end])
        guard isOpen else { return take(.unknown, to: end) }
        return take(use(text[start..<end]), to: end)
    }

    private func strangeCharacter(at start: Int) -> FormulaProblem {
        let scalar = Confusables.scalar(in: text, at: start)
        let bytes = start..<start + UTF8.width(scalar)
        let isPlain = scalar.value > 0x20 && scalar.value < 0x7F
        return problem(
            .syntax,
            bytes,
            "expected a number, a symbol, a function or an operator, found "
                + (isPlain ? "'\(scalar)'" : Confusables.description(of: scalar)),
            Confusables.advice(scalar, before: bytes.upperBound < text.count ? text[bytes.upperBound] : 0)
        )
    }
}

// Telling problems.
extension Lexer {
    /// A piece of the text for a message.
    func shown(_ bytes: Range<Int>) -> String {
        let lengthMax = 60
        let scalars = String(decoding: text[bytes].prefix(4 * lengthMax), as: UTF8.self).unicodeScalars
        let isCut = scalars.count > lengthMax || bytes.count > 4 * lengthMax
        return String(String.UnicodeScalarView(scalars.prefix(lengthMax))) + (isCut ? "…" : "")
    }

    /// The columns of these bytes: code points, the first being 1.
    func columns(_ bytes: Range<Int>) -> Range<Int> { Self.columns(bytes, in: text) }

    static func columns(_ bytes: Range<Int>, in text: [UInt8]) -> Range<Int> {
        let first = characters(text[..<bytes.lowerBound]) + 1
        return first..<first + characters(text[bytes])
    }

    /// How many characters begin in these bytes.
    static func characters(_ bytes: ArraySlice<UInt8>) -> Int { bytes.count { $0 & 0xC0 != 0x80 } }

    func problem(
        _ code: FormulaProblem.Code,
        _ bytes: Range<Int>,
        _ text: String,
        _ advice: FormulaProblem.Advice = .none
    ) -> FormulaProblem {
        FormulaProblem(code: code, columns: columns(bytes), problem: text, advice: advice)
    }
}
