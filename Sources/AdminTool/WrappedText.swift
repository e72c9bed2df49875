/// Sentences on lines of at most 80 characters.
enum WrappedText {
    private static let width = 80

    /// Breaks a sentence between words; lines after the first begin with `indent` spaces.
    static func wrap(_ sentence: String, indent: Int = 0) -> String {
        var lines: [String] = []
        var line = ""
        for word in sentence.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = String(repeating: " ", count: indent) + word
            } else {
                line += line.isEmpty ? String(word) : " \(word)"
            }
        }
        return (lines + [line]).joined(separator: "\n")
    }

    /// A sentence behind a label; its further lines begin below its first word.
    static func wrap(_ sentence: String, after label: String) -> String {
        let mark = String(repeating: "·", count: label.count)
        // The label counts as a word, whatever spaces it has.
        let wrapped = wrap("\(mark) \(sentence)", indent: label.count + 1)
        return label + wrapped.dropFirst(label.count)
    }

    /// The end of a long name, where names of one kind differ.
    static func tail(_ name: String, _ limit: Int) -> String {
        name.count <= limit ? name : "…" + name.suffix(limit - 1)
    }
}
