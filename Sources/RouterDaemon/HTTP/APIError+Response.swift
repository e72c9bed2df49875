internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

extension APIError {
    /// `{"error":{"message":…,"type":…,"param":…,"code":…}}`.
    func write(to writer: inout JSONWriter) {
        writer.object { body in
            body.key("error")
            body.object { error in
                error.member("message", message)
                error.member("type", type)
                error.member("param", optional: param)
                error.member("code", optional: code)
            }
        }
    }

    /// The error as a whole answer.
    func response() -> Response {
        var writer = JSONWriter()
        write(to: &writer)
        var response = Response(json: writer.buffer, status: .init(code: status))
        if let retryAfterSeconds { response.headers[.retryAfter] = String(retryAfterSeconds) }
        if let allowedMethod { response.headers[.allow] = allowedMethod }
        if status == 401 { response.headers[.wwwAuthenticate] = "Bearer" }
        return response
    }
}

extension Response {
    /// An answer whose body is JSON.
    init(json: ByteBuffer, status: HTTPResponse.Status = .ok) {
        self.init(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: json)
        )
    }
}
