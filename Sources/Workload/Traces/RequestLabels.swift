/// What a trace says of a request beside its lengths: the group that reports count it in, and headers of its own.
public struct RequestLabels: Hashable, Sendable {
    /// A header that only this request has.
    public struct Header: Hashable, Sendable {
        /// A token of RFC 9110, section 5.6.2.
        public var name: String
        /// Text without control characters.
        public var value: String

        /// A header; `nil` when HTTP allows no such name or value.
        public init?(name: String, value: String) {
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isTokenByte),
                value.utf8.allSatisfy({ $0 >= 32 && $0 != 127 })
            else { return nil }
            (self.name, self.value) = (name, value)
        }

        private static func isTokenByte(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        }
    }

    /// Name of the group, such as a tenant; `nil` for none.
    public var group: String?
    /// Headers that take the place of the run's own of the same name.
    public var headers: [Header]

    /// No group and no headers, unless given.
    public init(group: String? = nil, headers: [Header] = []) {
        (self.group, self.headers) = (group, headers)
    }
}
