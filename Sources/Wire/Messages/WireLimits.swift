/// What messages may hold at most; both directions check it, before memory is taken for it.
///
/// Sizes of the two parts of a frame are ``FrameHeader/messageLimit`` and ``FrameHeader/payloadLimit``.
public enum WireLimits {
    /// Bytes of the name of a process, cluster, model, codec or numerics class.
    public static let nameBytes = 128
    /// Bytes of a host name.
    public static let hostBytes = 255
    /// Bytes of the name that a client gives its request.
    public static let requestNameBytes = 256
    /// Bytes of what a request for a document says beside its kind.
    public static let argumentBytes = 256
    /// Bytes of the sentence of an error.
    public static let sentenceBytes = 1_024
    /// Token ids of an assignment: what the payload of a frame holds.
    public static let tokens = 1 << 20
    /// Tokens of one batch.
    public static let batchTokens = 1 << 14
    /// Alternatives with log probabilities per token.
    public static let topLogprobs = 20
    /// Logit biases of a choice.
    public static let logitBiases = 1_024
    /// End tokens of a choice.
    public static let endTokens = 64
    /// Block hashes of a load report, added and removed together: what the payload of a frame holds.
    ///
    /// A larger pool is reported as a full report followed by changes.
    public static let blockHashes = 1 << 18
    /// Paths of a load report.
    public static let paths = 256
    /// Codecs that a process names.
    public static let codecs = 16
    /// Bytes of the name of a site.
    public static let siteBytes = 128
    /// Layers of a model.
    public static let layers = 1_024
    /// KV blocks of one prompt.
    public static let promptBlocks = 1 << 20
    /// Block hashes of one question for a prefix.
    public static let fetchHashes = 1 << 16
    /// Chunks of one frame.
    public static let frameChunks = 256
    /// Chunks of one transfer asked for again in one message.
    public static let resendChunks = 1_024
    /// Payload bytes of one frame of a probe.
    public static let probeBytes = 1 << 20
    /// Longest duration: a year.
    public static let duration = Duration.seconds(366 * 86_400)
    /// Memory that one received message may take while it is unpacked.
    public static let unpackedBytes = 1 << 20
}
