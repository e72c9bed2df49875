internal import ServingCore
internal import Settings

extension PrefillSettings {
    /// What the operator says about prompts.
    init(_ settings: WorkerSettings.Scheduler) {
        self.init()
        policy = settings.prefillPolicy
        boundaryTokens = settings.shortPromptTokens
        maxWindow = settings.waitWindow
        minWindow = settings.minWaitWindow
        slackMargin = settings.slackMargin
        maxHold = settings.maxHold
        shortShare = settings.shortShare
        maxStarvation = settings.maxStarvation
        batchPatience = settings.batchPatience
        bestEffortPatience = settings.bestEffortPatience
    }
}
