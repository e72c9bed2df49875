internal import Hummingbird
internal import NIOCore

/// What a responder knows beside the request: the connection it came on.
struct APIContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { self.init(channel: source.channel) }

    init(channel: any Channel) { self.channel = channel }
}
