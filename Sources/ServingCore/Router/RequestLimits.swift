import ServingTypes

/// How long a request may wait for what, and how often it may fail.
public struct RequestLimits: Sendable {
    /// Failed attempts without a new token in between after which the request fails; refusals do not count.
    public var maxAttempts = 5
    /// How long a worker may take to answer an assignment.
    public var answerTimeout = Duration.seconds(2)
    /// How long an attempt may take to its first decoded token beyond the predicted time.
    public var lease = Duration.seconds(30)
    /// How long a decoding worker may be silent.
    public var silenceTimeout = Duration.seconds(30)
    /// How long a request may wait to be placed.
    public var queueTimeout = Duration.seconds(30)
    /// How long a worker that refused a request is not asked again, unless it reports its load before.
    public var avoidance = Duration.milliseconds(100)
    /// How long the workers of a request's second failed attempt are not asked again; doubles with each
    /// further one.
    ///
    /// After the first one the request goes elsewhere at once, or to the same workers if there are no others.
    public var backoff = Duration.milliseconds(250)
    /// How long a finished request waits for the reports of its workers.
    public var reportTimeout = Duration.seconds(2)

    /// The defaults.
    public init() {}
}
