/// A path of the client API.
public enum ClientRoute: String, MetricLabelValue {
    case chatCompletions = "/v1/chat/completions"
    case completions = "/v1/completions"
    case models = "/v1/models"
    case model = "/v1/models/:model"
    case tokenize = "/tokenize"
    case detokenize = "/detokenize"
    case health = "/health"
    case ready = "/ready"
    case version = "/version"
    /// Every path that there is not.
    case other
}
