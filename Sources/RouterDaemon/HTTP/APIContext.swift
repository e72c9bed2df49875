internal import Hummingbird
internal import NIOCore

/// What a responder knows beside the request: the connection it came on.
struct APIContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }
}
