internal import Yams

extension DocumentValue {
    /// YAML, its keys sorted; it ends without a line's end.
    func yaml() throws -> String {
        let text = try Yams.serialize(node: node, width: -1, allowUnicode: true, sortKeys: true)
        return text.last == "\n" ? String(text.dropLast()) : text
    }

    private var node: Node {
        switch self {
        case .null: .scalar(Node.Scalar("null", Tag(.null)))
        case .bool(let bool): .scalar(Node.Scalar(bool ? "true" : "false", Tag(.bool)))
        case .integer(let integer): .scalar(Node.Scalar("\(integer)", Tag(.int)))
        // Numbers look the same as in JSON.
        case .number(let number): .scalar(Node.Scalar("\(number)", Tag(.float)))
        case .text(let text): .scalar(Self.scalar(text))
        case .list(let list):
            .sequence(Node.Sequence(list.map(\.node), Tag(.seq), list.isEmpty ? .flow : .any))
        case .object(let object):
            .mapping(
                Node.Mapping(
                    object.sorted { $0.key < $1.key }.map { (.scalar(Self.scalar($0)), $1.node) },
                    Tag(.map),
                    object.isEmpty ? .flow : .any
                )
            )
        }
    }

    /// A text in quotation marks where it would be read as something else, such as `true` or `1.0`.
    private static func scalar(_ text: String) -> Node.Scalar {
        let plain = Node.Scalar(text)
        let isText = Node.scalar(plain).tag.description == Tag(.str).description
        return Node.Scalar(text, Tag(.str), isText && !text.isEmpty ? .any : .doubleQuoted)
    }
}
