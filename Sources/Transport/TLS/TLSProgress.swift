/// What a TLS call on a socket achieved.
enum TLSProgress {
    /// The handshake is complete, or this many bytes were moved.
    case done(bytes: Int)
    /// The socket must become readable first.
    case wantsRead
    /// The socket must become writable first.
    case wantsWrite
    /// The peer ended its direction in an orderly way.
    case closed
}
