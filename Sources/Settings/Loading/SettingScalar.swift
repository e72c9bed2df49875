/// The text of one value and what is needed to understand it.
struct SettingScalar {
    /// As written, without quotes.
    let text: String
    /// Whether it stood in quotes, which makes it text and never a number.
    let isQuoted: Bool
    /// Where relative paths start.
    let directory: String

    /// The text unless it was quoted.
    var plain: String? { isQuoted ? nil : text }
}
