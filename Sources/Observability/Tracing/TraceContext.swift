internal import ServingTypes

/// A place in a distributed trace, as the headers `traceparent` and `tracestate` carry it.
///
/// Source: W3C Trace Context Level 2, https://www.w3.org/TR/trace-context-2/.
public struct TraceContext: Hashable, Sendable {
    /// The trace.
    public var traceID: TraceID
    /// The span that others see as their parent.
    public var spanID: SpanID
    /// Whether the caller wants its trace kept.
    public var isSampled: Bool
    /// Whether the last seven bytes of the trace's identity are random.
    public var isRandom: Bool
    /// What tracing systems pass along, as ``TraceState`` cleaned it; empty for nothing.
    public var state: String

    /// Describes a place.
    public init(traceID: TraceID, spanID: SpanID, isSampled: Bool, isRandom: Bool, state: String = "") {
        self.traceID = traceID
        self.spanID = spanID
        self.isSampled = isSampled
        self.isRandom = isRandom
        self.state = state
    }

    /// Reads the headers of a request; `nil` when `traceparent` is not valid, whatever `tracestate` says.
    ///
    /// A later version of the header is read as far as this one goes. An invalid `tracestate` is left out.
    public init?(traceparent: String, tracestate: String = "") {
        let bytes = Array(traceparent.utf8)
        guard bytes.count >= Self.length, [2, 35, 52].allSatisfy({ bytes[$0] == Self.dash }),
            let version = Self.number(bytes[0..<2]), version != 0xFF,
            bytes.count == Self.length || (version > 0 && bytes[Self.length] == Self.dash),
            let high = Self.number(bytes[3..<19]), let low = Self.number(bytes[19..<35]),
            let traceID = TraceID(rawValue: Bytes128(high: high, low: low)),
            let spanID = Self.number(bytes[36..<52]).flatMap(SpanID.init(rawValue:)),
            let flags = Self.number(bytes[53..<55])
        else { return nil }
        self.init(
            traceID: traceID,
            spanID: spanID,
            isSampled: flags & Self.sampledFlag != 0,
            isRandom: flags & Self.randomFlag != 0,
            state: TraceState.cleaned(tracestate) ?? ""
        )
    }

    /// The header's value, in version 00.
    public var traceparent: String { "00-\(traceID)-\(spanID)-0\(flags)" }

    /// The flags of version 00, as a number.
    public var flags: UInt8 {
        UInt8((isSampled ? Self.sampledFlag : 0) | (isRandom ? Self.randomFlag : 0))
    }

    private static let length = 55
    private static let dash = UInt8(ascii: "-")
    private static let sampledFlag: UInt64 = 1
    private static let randomFlag: UInt64 = 2

    /// Up to 16 lower-case hexadecimal digits.
    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"):
                value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }
}
