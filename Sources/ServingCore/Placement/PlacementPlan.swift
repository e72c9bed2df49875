import ServingTypes

/// Where one attempt is prefilled and where it is decoded.
public struct PlacementPlan: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The prefill worker; `nil` when the decode worker prefills for itself.
    public var prefill: WorkerRef?
    /// The decode worker.
    public var decode: WorkerRef

    /// Names the workers of a plan.
    public init(prefill: WorkerRef?, decode: WorkerRef) {
        self.prefill = prefill
        self.decode = decode
    }

    /// `<prefill> -> <decode>`, or `whole at <decode>`.
    public var description: String { prefill.map { "\($0) -> \(decode)" } ?? "whole at \(decode)" }

    /// Orders by decode worker, then by prefill worker, local prefill first.
    public static func < (left: Self, right: Self) -> Bool {
        guard left.decode == right.decode else { return left.decode < right.decode }
        guard let rightPrefill = right.prefill else { return false }
        return left.prefill.map { $0 < rightPrefill } ?? true
    }
}
