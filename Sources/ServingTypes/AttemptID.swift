/// One placement of a request.
///
/// A later number fences all earlier ones.
public struct AttemptID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The request.
    public var request: RequestID
    /// 1 for the first placement, rising by one with each new one.
    public var number: UInt32

    /// Names attempt `number` of `request`.
    public init(request: RequestID, number: UInt32) {
        self.request = request
        self.number = number
    }

    /// `<request>#<number>`.
    public var description: String { "\(request)#\(number)" }

    /// Orders by request, then by number.
    public static func < (left: Self, right: Self) -> Bool {
        (left.request, left.number) < (right.request, right.number)
    }
}
