/// Classes of prompts by length, between boundaries that rise.
struct LengthClasses: Sendable {
    /// The longest prompt of each class but the last.
    let boundaries: [Int]

    /// The class of a prompt, from 0; `nil` without boundaries.
    func index(of tokens: Int) -> Int? {
        boundaries.isEmpty ? nil : boundaries.firstIndex { tokens <= $0 } ?? boundaries.count
    }

    /// The name of a class in reports.
    func name(of index: Int) -> String {
        guard index > 0 else { return "input<=\(boundaries[0])" }
        let below = boundaries[index - 1]
        return index == boundaries.count ? "input>\(below)" : "input \(below + 1)-\(boundaries[index])"
    }
}
