import Foundation

/// A whole answer of an HTTP server.
struct HTTPResponse: Sendable, CustomStringConvertible {
    let status: Int
    /// By name in lower case.
    let headers: [String: String]
    let body: Data

    var description: String { "status \(status), \(String(decoding: body, as: UTF8.self))" }
}
