public import ServingTypes

extension Incarnation {
    /// A boot's number: random and never 0.
    public static func random() -> Incarnation { Incarnation(rawValue: .random(in: 1...UInt64.max)) }
}
