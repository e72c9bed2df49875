/// A worker to one that may hold a cached prefix: send me these blocks.
///
/// The answer is an offer of the leading ones that are cached there, or an abort. Knowing the hashes, which are keyed
/// with a secret of the cluster and the tenant, is what entitles a worker to the KV. Repeated until answered;
/// idempotent.
public struct KVFetch: Hashable, Sendable {
    /// The attempt for which the prefix is wanted.
    public var attempt: AttemptID
    /// What the chunks of the answer must show.
    public var grant: Grant
    /// Index of the first block wanted, counted from the start of the prompt.
    public var firstBlock: Int
    /// Whether KV that went through a lossy codec will do.
    public var acceptsLossy: Bool
    /// How the chunks shall be encoded.
    public var codec: KVCodec
    /// How long the holder keeps the blocks without a sign of life.
    public var lease: Duration
    /// Hashes of the blocks wanted, from `firstBlock` on; 1 to 65,536.
    public var hashes: [BlockHash]

    /// Asks for blocks.
    public init(
        attempt: AttemptID,
        grant: Grant,
        firstBlock: Int,
        acceptsLossy: Bool,
        codec: KVCodec,
        lease: Duration,
        hashes: [BlockHash]
    ) {
        self.attempt = attempt
        self.grant = grant
        self.firstBlock = firstBlock
        self.acceptsLossy = acceptsLossy
        self.codec = codec
        self.lease = lease
        self.hashes = hashes
    }
}
