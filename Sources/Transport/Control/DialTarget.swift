/// Whom to dial.
struct DialTarget: Sendable {
    let host: String
    let port: UInt16
    /// Name that the peer's certificate must state; `nil` admits any peer of the own cluster.
    let expectedName: String?
    let timeout: Duration
}
