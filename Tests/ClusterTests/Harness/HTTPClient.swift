import Foundation

/// A client of one HTTP server on loopback; each request has its own connection.
struct HTTPClient: Sendable {
    let port: UInt16

    /// Sends a request and reads the whole answer.
    func send(
        _ method: String,
        _ path: String,
        headers: [String: String] = [:],
        body: Data? = nil
    ) throws -> HTTPResponse {
        let connection = try HTTPConnection(port: port)
        defer { connection.close() }
        try connection.send(method, path, headers: headers, body: body)
        let head = try connection.readHead()
        var body = Data()
        while let part = try connection.readBodyPart() { body += part }
        return HTTPResponse(status: head.status, headers: head.headers, body: body)
    }

    /// Asks for a whole answer.
    ///
    /// - Throws: ``ClusterError`` unless the status is 200.
    func generate(_ call: GenerationCall) throws -> Answer {
        let response = try send(call)
        guard response.status == 200 else { throw ClusterError("\(call.path): \(response)") }
        return try Answer(whole: response.body)
    }

    /// Asks for a whole answer, whatever comes.
    func send(_ call: GenerationCall) throws -> HTTPResponse {
        try send("POST", call.path, headers: call.headers, body: try call.body(isStream: false))
    }

    /// Asks for a stream; returns at once: a server answers with the first token.
    func stream(_ call: GenerationCall) throws -> AnswerStream {
        let connection = try HTTPConnection(port: port)
        let body = try call.body(isStream: true)
        try connection.send("POST", call.path, headers: call.headers, body: body)
        return AnswerStream(connection)
    }
}
