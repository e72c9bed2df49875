import Testing

@testable import Benchmarks

/// The clients of the router benchmark and the server that is their baseline.
@Suite struct RouterLoadTests {
    @Test(arguments: [
        ("a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
        ("no body", "HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n"),
        ("neither length nor chunks", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
        (
            "chunks",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n"
        ),
    ])
    func `a message ends at its last byte, however it is cut`(requirement: String, text: String) throws {
        let bytes = Array(text.utf8)
        let next = Array("HTTP/1.1".utf8)
        for cut in 0..<bytes.count {
            var scanner = HTTPScanner()
            #expect(try scanner.scan(Array(bytes[..<cut])) == nil, "\(requirement), \(cut)")
            #expect(try scanner.scan(bytes + next) == bytes.count, "\(requirement), \(cut)")
        }
    }

    @Test func `a chunk without a size is an error`() {
        var scanner = HTTPScanner()
        let bytes = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n".utf8)
        #expect(throws: BenchFailure.self) { try scanner.scan(bytes) }
    }

    @Test(arguments: RequestKind.allCases)
    func `requests are whole and differ`(kind: RequestKind) throws {
        let requests = RequestSet(kind, model: "m", vocabularyCount: 500)
        #expect(Set(requests.messages).count == RequestSet.count)
        for message in requests.messages {
            var scanner = HTTPScanner()
            #expect(try scanner.scan(message) == message.count)
        }
        #expect(RequestSet.text(3).utf8.count == RequestSet.textBytes)
    }

    @Test(arguments: RequestKind.allCases)
    func `clients and the null server understand each other`(kind: RequestKind) throws {
        let server = try InstantServer(model: "m", tokenInterval: 0)
        server.start()
        for dialect in RequestDialect.allCases {
            let requests = RequestSet(kind, model: "m", vocabularyCount: 500, dialect: dialect)
            let outcome = try ClosedLoop(port: server.port, requests: requests, clients: 3, seconds: 0.1)
                .run()
            #expect(outcome.count > 0 && outcome.rate > 0)
            #expect(outcome.firsts.count == outcome.count)
            #expect(zip(outcome.firsts, outcome.latencies).allSatisfy { 0 < $0 && $0 <= $1 })
        }
    }

    @Test func `tokens of the null server keep their pace`() throws {
        let server = try InstantServer(model: "m", tokenInterval: 0.005)
        server.start()
        let requests = RequestSet(.chatStream, model: "m", vocabularyCount: 500)
        var client = try LoadClient(port: server.port)
        let timing = try client.ask(requests.messages[0], mark: requests.mark)
        #expect(timing.last - timing.first >= 15 * 5_000_000, "\(timing)")
    }

    @Test func `an answer that is none is an error with its text`() throws {
        let server = try InstantServer(model: "unlike", tokenInterval: 0)
        server.start()
        var client = try LoadClient(port: server.port)
        let request = Array("GET /health HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
        let error = #expect(throws: BenchFailure.self) {
            try client.ask(request, mark: Array("\"finish_reason\"".utf8))
        }
        #expect(error?.description.contains("unlike") == true, "\(error.map(\.description) ?? "")")
    }

    @Test func `every token of a null answer is an event`() {
        let body = Array("{\"stream\": true,\"stream\":true,\"max_tokens\":7}".utf8)
        let parts = InstantAnswer.parts(path: "/v1/chat/completions", body: body)
        #expect(parts.count == 1 + 7 + 1)
        let whole = InstantAnswer.parts(path: "/generate", body: Array("{\"max_new_tokens\": 3}".utf8))
        #expect(whole.count == 1)
        #expect(String(decoding: whole[0], as: UTF8.self).contains("[17,17,17]"))
    }
}
