internal import Settings

/// Names that a person may have meant.
public enum SimilarNames {
    /// Up to three of the names that are nearest to a wrong one, the nearest first; none when none is near.
    ///
    /// Near is a third of its letters wrong, missing or too many, or one name at the start or the end of the other.
    public static func like(_ wrong: String, among names: [String]) -> [String] {
        let limit = max(1, wrong.count / 3)
        let near = names.compactMap { name -> (Int, String)? in
            let isPart =
                wrong.count >= 2
                && (name.hasPrefix(wrong) || name.hasSuffix(wrong) || wrong.hasPrefix(name))
            let distance = isPart ? 0 : KeyDistance.between(wrong, name)
            return distance <= limit ? (distance, name) : nil
        }
        return near.sorted(by: <).prefix(3).map(\.1)
    }
}
