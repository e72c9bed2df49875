import ServingTypes
import TestSupport
import Testing
import Transport
import Wire

/// A peer that says what a test wants and answers nothing by itself.
final class RawLink: ControlLoopDelegate {
    struct Log {
        var isOpen = false
        var frames: [Frame] = []
        var closed: TransportError??
    }

    let log = Watched(Log())
    private let loop = Watched<ControlLoop?>(nil)
    private let id = Watched<ConnectionID?>(nil)

    /// Connects; nothing is said yet.
    static func dial(port: UInt16, _ identity: TLSIdentity) throws -> RawLink {
        let link = RawLink()
        let loop = try ControlLoop(identity: identity, delegate: link)
        link.loop.update { $0 = loop }
        let id = try loop.dial(host: "127.0.0.1", port: port, expectedPeer: nil)
        link.id.update { $0 = id }
        try #require(link.log.wait { $0.isOpen })
        return link
    }

    /// Connects and exchanges greetings.
    static func greeted(port: UInt16, _ identity: TLSIdentity, _ hello: Hello) throws -> RawLink {
        let link = try dial(port: port, identity)
        try link.send(.hello(hello))
        try #require(link.log.wait { $0.frames.first?.header.type == MessageType.hello.rawValue })
        return link
    }

    func send(_ message: Message) throws {
        let encoded = try message.encode()
        try send(
            Frame(type: encoded.type.rawValue, streamID: 0, message: encoded.header, payload: encoded.payload)
        )
    }

    func send(_ frame: Frame) throws {
        let loop = try #require(loop.current)
        try loop.send(frame, on: #require(id.current))
    }

    func shutdown() { loop.current?.shutdown() }

    /// Messages so far.
    var messages: [Message] {
        get throws {
            try log.current.frames.map { frame in
                let type = try #require(MessageType(rawValue: frame.header.type))
                return try Message.decode(type: type, header: frame.message, payload: frame.payload)
            }
        }
    }

    /// The sentence with which the peer ended the link.
    func farewell() throws -> ServingError {
        try #require(log.wait { $0.closed != nil }, "the link stays open")
        guard case .failure(let error)? = try messages.last else { return .notBefore }
        return error
    }

    func connectionOpened(_ id: ConnectionID, peer: PeerIdentity, isDialed: Bool, address: String) {
        log.update { $0.isOpen = true }
    }

    func connectionReceived(_ frame: Frame, on id: ConnectionID) -> FrameDisposition {
        log.update { $0.frames.append(frame) }
        return .keep
    }

    func connectionClosed(_ id: ConnectionID, error: TransportError?) {
        log.update { $0.closed = .some(error) }
    }

    func connectionRefused(address: String, error: TransportError) {}

    func farewell(for error: FrameError) -> Frame? { nil }
}
