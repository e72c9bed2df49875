/// What a null server does.
public struct NullServerSettings: Sendable {
    /// From the last byte of a request to its first token.
    public var firstTokenDelay = Duration.zero
    /// Between tokens; zero sends all tokens at once.
    public var tokenDelay = Duration.zero
    /// Tokens of answers whose request does not say.
    public var tokens = 16
    /// How it answers.
    public var behaviour = NullBehaviour.answer
    /// Event loops.
    public var threads = 1
    /// Port on the loopback interface; 0 lets the system choose.
    public var port = 0
    /// Keeps the times at which tokens were sent.
    public var keepsStamps = true

    /// Answers without delay.
    public init() {}
}
