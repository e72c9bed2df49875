/// The lists of `batonctl top`.
enum TopPane: Int, CaseIterable {
    case workers, links, requests

    /// The one after it, or before it.
    func next(_ step: Int) -> TopPane {
        let count = Self.allCases.count
        return Self.allCases[(rawValue + step + count) % count]
    }
}
