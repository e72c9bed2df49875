internal import Foundation
internal import ServingTypes

/// A document as a tree: what JSON and YAML have in common.
enum DocumentValue: Hashable, Sendable, Encodable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([DocumentValue])
    case object([String: DocumentValue])

    /// The tree of a value; keys become snake_case.
    init(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let data = try encoder.encode(value)
        self.init(parsed: try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed))
    }

    /// The tree of a JSON text that a router sent.
    ///
    /// - Throws: ``ServingError`` when it is none.
    init(json text: String) throws(ServingError) {
        do {
            self.init(
                parsed: try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
            )
        } catch {
            throw Self.misunderstood(error)
        }
    }

    /// What to do about an answer that cannot be read.
    static func misunderstood(_ error: any Error) -> ServingError {
        ServingError(
            .protocolViolation,
            "the router's answer is not understood (\(error)): run the same release of batonctl and the router"
        )
    }

    /// The tree of what the parser of Foundation gives.
    private init(parsed value: Any) {
        switch value {
        case let text as String: self = .text(text)
        case let number as NSNumber:
            switch UInt8(bitPattern: number.objCType.pointee) {
            case UInt8(ascii: "c"): self = .bool(number.boolValue)
            case UInt8(ascii: "d"), UInt8(ascii: "f"): self = Self.number(number.doubleValue)
            default: self = .integer(number.intValue)
            }
        case let list as [Any]: self = .list(list.map { Self(parsed: $0) })
        case let object as [String: Any]: self = .object(object.mapValues { Self(parsed: $0) })
        default: self = .null
        }
    }

    /// Writes the value.
    func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .null: try value.encodeNil()
        case .bool(let bool): try value.encode(bool)
        case .integer(let integer): try value.encode(integer)
        case .number(let number): try value.encode(number)
        case .text(let text): try value.encode(text)
        case .list(let list): try value.encode(list)
        case .object(let object): try value.encode(object)
        }
    }

    /// JSON on several lines, its keys sorted.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
