/// Why work was refused or failed, with a sentence for the person who reads the log.
public struct ServingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reason.
    public var code: ServingErrorCode
    /// What happened, with numbers, and what to do; at most 1,024 bytes on the wire.
    public var message: String

    /// Pairs a reason with its sentence.
    public init(_ code: ServingErrorCode, _ message: String) {
        self.code = code
        self.message = message
    }

    /// `<code>: <message>`.
    public var description: String { "\(code.name): \(message)" }
}
