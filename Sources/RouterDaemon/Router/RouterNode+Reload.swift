internal import ServingCore
internal import Settings
internal import Synchronization
internal import Transport

/// Other settings for a router that runs.
extension RouterNode {
    /// Goes on by other settings, as far as that needs no new start; no request notices but by what it waits for.
    func update(_ new: RouterSettings) {
        currentSettings.withLock { $0.take(new) }
        let now = MonotonicClock.now
        change { state in
            // Until the first worker registers there is no core; it will be made by these settings.
            guard let layout = state.layout,
                let actions = state.core?.update(RouterCoreSettings(new, layout: layout), now: now)
            else { return }
            perform(actions, &state, now: now)
        }
    }
}
