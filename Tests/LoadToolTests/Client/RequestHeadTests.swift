import NIOCore
import Testing
import Workload

@testable import LoadTool

/// A request's own headers replace the run's; what frames the request is the client's.
@Suite struct RequestHeadTests {
    @Test func `labels decide over the run, not over the framing`() throws {
        let target = try ClientTarget(
            server: ServerAddress(host: "127.0.0.1", port: 1),
            socketAddress: SocketAddress(ipAddress: "127.0.0.1", port: 1),
            endpoint: "/v1/completions",
            headers: [("Authorization", "Bearer run"), ("Accept", "text/event-stream")],
            trust: .system
        )
        var request = OutgoingRequest(
            index: 0,
            requestID: "load-1-0",
            body: ByteBuffer(string: "{}"),
            promptTokens: 1
        )
        request.labels.headers = [
            try #require(.init(name: "authorization", value: "Bearer own")),
            try #require(.init(name: "X-Request-Class", value: "fast")),
            try #require(.init(name: "Content-Length", value: "9")),
        ]
        let headers = target.head(for: request).headers
        #expect(headers["Authorization"] == ["Bearer own"])
        #expect(headers["X-Request-Class"] == ["fast"])
        #expect(headers["Content-Length"] == ["2"])
        #expect(headers["Accept"] == ["text/event-stream"])
    }
}
