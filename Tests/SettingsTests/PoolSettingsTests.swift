import ServingTypes
import Testing

@testable import Settings

@Suite struct PoolSettingsTests {
    @Test("pools, classes and limits of sites are read, and load again as they are printed")
    func values() throws {
        let text = """
            pools: {balance: on, least_gain: 0.3, dwell: 2m, least_decode: 2}
            prefill_classes: {enabled: false, short_tokens: 300, penalty: 20ms}
            sites:
              - {name: b, uplink: 1Gbit/s, max_utilisation: 0.6, max_queue: 2s, share_below: 0.25}

            """
        let loaded = try parse(RouterSettings.self, routerText + text)
        var pools = RouterSettings.Pools()
        (pools.balance, pools.leastGain, pools.dwell, pools.leastDecode) = (.on, 0.3, .seconds(120), 2)
        var classes = RouterSettings.PrefillClasses()
        (classes.isOn, classes.shortTokens, classes.penalty) = (false, 300, .milliseconds(20))
        var site = Site(name: "b", uplinkRate: 125e6, downlinkRate: 125e6)
        (site.maxUtilisation, site.maxQueue, site.shareBelow) = (0.6, .seconds(2), 0.25)
        #expect(loaded.value.pools == pools && loaded.value.prefillClasses == classes)
        #expect(loaded.value.sites == [site])
        #expect(try parse(RouterSettings.self, loaded.yaml).value == loaded.value)
    }

    @Test(
        "what is wrong is said with what is right",
        arguments: [
            ("pools.balance=maybe", "use off, advise or on"), ("pools.least_prefill=0", "from 1 to 100000"),
            ("pools.horizon=0s", "a time from 1s"), ("prefill_classes.least_workers=1", "from 2 to"),
            ("prefill_classes.threshold=-1", "a number from 0 to 100"),
        ]
    )
    func errors(override: String, advice: String) {
        let found = problems(RouterSettings.self, routerText, [override])
        #expect(found.count == 1 && found[0].contains(advice), "\(found)")
    }
}
