internal import ServingTypes
internal import Workload

/// What a request asks.
enum Prompt: Sendable {
    case tokens([TokenID])
    case text(String)
    case messages([Conversation.Message])
}
