/// How a request ended.
public enum RequestEnding: String, MetricLabelValue {
    /// An end token or a stop string: the answer is complete.
    case stop
    /// The wanted number of tokens: the answer is complete.
    case length
    /// It failed; see `baton_request_failures_total`.
    case error
    /// The client closed its connection, or did not read for too long.
    case clientGone = "client_gone"
    /// Its time limit passed.
    case deadline
    /// The router stopped.
    case shutdown
}
