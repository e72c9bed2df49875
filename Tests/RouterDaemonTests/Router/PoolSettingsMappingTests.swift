import ServingCore
import ServingTypes
import Settings
import Testing

@testable import RouterDaemon

/// What the operator writes of pools, classes and sites arrives in the core.
@Suite struct PoolSettingsMappingTests {
    @Test func `every field has its own place`() {
        let settings = SettingsMappingTests.settings {
            $0.pools.balance = .advise
            $0.pools.leastGain = 0.21
            $0.pools.actAbove = 0.22
            $0.pools.settling = .seconds(23)
            $0.pools.cooldown = .seconds(24)
            $0.pools.dwell = .seconds(25)
            $0.pools.leastPrefill = 26
            $0.pools.leastDecode = 27
            $0.pools.horizon = .seconds(28)
            $0.prefillClasses.isOn = false
            $0.prefillClasses.leastWorkers = 31
            $0.prefillClasses.shortTokens = 32
            $0.prefillClasses.penalty = .milliseconds(33)
            $0.prefillClasses.threshold = 0.34
            $0.prefillClasses.cooldown = .seconds(35)
            $0.prefillClasses.window = .seconds(36)
            var site = Site(name: "b", uplinkRate: 1e6, downlinkRate: 2e6)
            (site.maxUtilisation, site.maxQueue, site.shareBelow) = (0.41, .seconds(42), 0.43)
            $0.sites = [site]
        }
        let core = RouterCoreSettings(settings, layout: SettingsMappingTests.layout)
        var pools = PoolSettings()
        (pools.mode, pools.leastGain, pools.actAbove) = (.advise, 0.21, 0.22)
        (pools.settling, pools.cooldown, pools.dwell) = (.seconds(23), .seconds(24), .seconds(25))
        (pools.leastPrefill, pools.leastDecode, pools.horizon) = (26, 27, .seconds(28))
        var classes = PrefillClassSettings()
        (classes.isOn, classes.leastWorkers, classes.shortTokens) = (false, 31, 32)
        (classes.penalty, classes.threshold) = (.milliseconds(33), 0.34)
        (classes.cooldown, classes.window) = (.seconds(35), .seconds(36))
        var limits = SiteLimits()
        (limits.maxUtilisation, limits.maxQueue, limits.shareBelow) = (0.41, .seconds(42), 0.43)
        #expect(core.pools == pools && core.prefillClasses == classes)
        #expect(core.links.siteLimits == ["b": limits])
    }
}
