/// For how much of an answer a decode worker takes KV blocks when it admits it.
public enum AnswerReserve: String, Hashable, Sendable, CaseIterable {
    /// For the longest possible one.
    case whole
    /// For the one that is expected.
    case expected
}
