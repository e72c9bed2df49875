/// The tags of a page, read as far as it takes to know that each is closed where it belongs.
struct TagBalance {
    struct Tag {
        let name: String
        /// Attributes by name, in order.
        let attributes: [(name: String, value: String)]
    }

    private static let void: Set<String> = ["meta", "br", "input", "link", "img", "hr"]

    private(set) var tags: [Tag] = []
    /// What is wrong, in order of the text.
    private(set) var problems: [String] = []

    init(_ page: String) {
        let bytes = Array(page.utf8)
        var open: [String] = []
        var index = 0
        while let start = bytes[index...].firstIndex(of: UInt8(ascii: "<")) {
            guard let end = Self.end(of: bytes, from: start) else {
                problems.append(
                    "a tag never ends: \(String(decoding: bytes[start...].prefix(40), as: UTF8.self))"
                )
                return
            }
            let inside = Substring(decoding: bytes[(start + 1)..<end], as: UTF8.self)
            index = end + 1
            if inside.first == "!" { continue }
            if inside.first == "/" {
                let name = String(inside.dropFirst())
                if open.popLast() != name { problems.append("</\(name)> closes something else") }
                continue
            }
            let tag = read(inside)
            tags.append(tag)
            if Self.void.contains(tag.name) || inside.last == "/" { continue }
            open.append(tag.name)
            // Scripts and style sheets hold text, not tags.
            if ["script", "style"].contains(tag.name) {
                let close = Array("</\(tag.name)>".utf8)
                while index < bytes.count, !bytes[index...].starts(with: close) { index += 1 }
            }
        }
        problems += open.map { "<\($0)> is never closed" }
    }

    /// The `>` that ends a tag: one outside quotes.
    private static func end(of bytes: [UInt8], from start: Int) -> Int? {
        var isQuoted = false
        for index in start..<bytes.count {
            if bytes[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
            if bytes[index] == UInt8(ascii: ">"), !isQuoted { return index }
        }
        return nil
    }

    private mutating func read(_ inside: Substring) -> Tag {
        let body = inside.last == "/" ? inside.dropLast() : inside
        let name = body.prefix { !$0.isWhitespace }
        var attributes: [(name: String, value: String)] = []
        var rest = body.dropFirst(name.count).drop(while: \.isWhitespace)
        while !rest.isEmpty {
            let key = rest.prefix { $0 != "=" && !$0.isWhitespace }
            rest = rest.dropFirst(key.count)
            var value: Substring = ""
            if rest.first == "=" {
                rest = rest.dropFirst()
                if rest.first != "\"" { problems.append("\(name) has \(key) without double quotes") }
                value = rest.dropFirst().prefix { $0 != "\"" }
                rest = rest.dropFirst(value.count + 2)
            }
            attributes.append((String(key), String(value)))
            rest = rest.drop(while: \.isWhitespace)
        }
        let names = attributes.map(\.name)
        if Set(names).count != names.count { problems.append("\(name) has an attribute twice: \(names)") }
        return Tag(name: String(name), attributes: attributes)
    }
}
