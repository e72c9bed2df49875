public import ServingCore

/// The reader's end of one choice: what was produced waits here, merged, until the client can take it.
///
/// There is one reader. A slow one finds larger updates, never a stalled producer. Dropping the stream
/// before its end cancels the choice.
public final class GenerationStream: Sendable {
    private let mailbox: GenerationMailbox

    init(mailbox: GenerationMailbox) { self.mailbox = mailbox }

    deinit { mailbox.cancel(.clientGone) }

    /// Makes both ends of one choice.
    ///
    /// - Parameter onCancel: called at most once, when the reader gives up before the end. It runs on the
    ///   reader's thread and must not wait.
    public static func make(
        onCancel: @escaping @Sendable (CancelReason) -> Void
    ) -> (stream: GenerationStream, source: GenerationSource) {
        let mailbox = GenerationMailbox(onCancel: onCancel)
        return (GenerationStream(mailbox: mailbox), GenerationSource(mailbox: mailbox))
    }

    /// Names the function to call whenever something arrives in an empty stream, at once if it holds
    /// something already; called on the producer's thread.
    ///
    /// - Parameter isWhole: whether to call it only once, at the end: for a reader that can do nothing
    ///   earlier.
    public func notify(atEndOnly isWhole: Bool = false, _ onArrival: @escaping @Sendable () -> Void) {
        mailbox.notify(atEndOnly: isWhole, onArrival)
    }

    /// Takes all that has arrived; `nil` when nothing has.
    public func take() -> GenerationUpdate? { mailbox.take() }

    /// Gives the choice up; nothing happens after its end.
    public func cancel(_ reason: CancelReason) { mailbox.cancel(reason) }
}
