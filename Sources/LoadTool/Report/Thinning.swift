/// Fewer of many, always the same ones.
enum Thinning {
    /// At most `limit` elements, which is 2 at least, at equal distances, the first and the last among them.
    static func evenly<Element>(_ elements: [Element], limit: Int) -> [Element] {
        precondition(limit >= 2, "a limit of \(limit) elements")
        guard elements.count > limit else { return elements }
        return (0..<limit).map { elements[$0 * (elements.count - 1) / (limit - 1)] }
    }
}
