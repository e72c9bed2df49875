internal import Wire

/// The router answered something else than was asked.
struct UnexpectedReply: Error, CustomStringConvertible {
    let message: Message

    init(_ message: Message) { self.message = message }

    var description: String {
        "the router answered with \(message.type): run the same release of batonctl and the router"
    }
}
