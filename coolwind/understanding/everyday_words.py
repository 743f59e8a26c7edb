"""Words that people write to a shop, and that are no part of anybody's name or place."""

from coolwind.understanding.glossary import HOME_WORDS
from coolwind.understanding.sentences import vocabulary

EVERYDAY = HOME_WORDS | vocabulary(
    "a an the and or but so if is are was were am be been has have had do does did will would can "
    "could shall should may might must not no nor never yes yeah yep ok okay sure i you he she it "
    "we they me my mine your yours our his her their us them this that these those here there who "
    "what when where which why how from in on at to of for with about by near into as than then "
    "too very just only also still already really please thanks thank hi hello hey dear sir madam "
    "good morning afternoon evening night great nice fine right wrong correct actually sorry name "
    "phone mobile number contact email mail id address location place whatsapp cell call called "
    "calling callback speaking side back later tomorrow today yesterday now soon urgent urgently "
    "asap again after before once immediately directly yet maybe perhaps wait stop cancel confirm "
    "confirmed order orders buy bulk quantity pieces piece pcs nos units more less price prices "
    "cost rate discount offer warranty guarantee delivery shipping courier hours timing timings "
    "open opening close closing payment pay upi gpay cash card gst bill invoice installation "
    "install service repair technician technicians mechanic ac acs stock available availability "
    "details detail list catalogue catalog refund return exchange help human agent manager "
    "support owner customer shop store company part parts spare looking interested waiting ready "
    "going trying facing having happy confused planning thinking asking located living staying "
    "based new unable tired free busy all done sick angry upset ill afraid late lost serious old "
    "one two three four five six seven eight nine ten dozen none nothing nobody noone anyone "
    "someone anybody somebody everyone everything something anything change update edit give tell "
    "send show let need want like know think mean get got make take see add remove skip pass next "
    "previous minute moment second problem issue cooling working cool water gas noise leak broken "
    "pickup collect deliver delivered weekend sunday monday tuesday wednesday thursday friday "
    "saturday because since while until test whatever anyway hmm haha regards regard sincerely "
    "faithfully cheers spelled spelt written pronounced nope nah illa ph mob tel dob pin age "
    "house flat door lol bye goodbye hai aanu aur mera ente venda nahi chahiye wife brother son "
    "father mother friend driver sister husband come inform provide message text question answer "
    "mailto use using used person idea information info same enough much many fast quick quickly "
    # What people say around a detail.
    "construction njan njaan naan pfb under calls chettan nephew niece grandson put write note "
    "noted ask reach meet speak talk contacting reachable attn attention buyer client customers "
    "staff boss employee colleague assistant cousin uncle aunt daughter neighbour neighbor mom "
    "mum mummy dad daddy amma achan everybody follows following given below above attached "
    "mentioned requested required needed pick picks picked up collects collecting comes coming "
    "collected receive receives down out off find found try tried check checking "
    # What people say when nothing is asked of them.
    "truly best warm warmest kind kindest wishes love respect respectfully yrs rgds certainly "
    "definitely absolutely surely exactly totally obviously gladly kindly probably possibly "
    "finally currently personally honestly basically alternatively additionally perfect awesome "
    "super excellent wonderful fantastic amazing superb alright understood agreed proceed "
    "continue carry go ahead hurry hold wow oh ah ooh hm um uh eh oops ouch phew yay hooray "
    "welcome congrats congratulations pardon apologies apology excuse dunno idk omg btw fyi brb "
    "ttyl tbh imo np tc pls plz thx ty tnx yup yea ya yess yo hiya howdy greetings namaste "
    "namaskaram namaskar vanakkam salaam salam namasthe swagatham adaab pranam mate dude buddy "
    "man guys folks team bhai bro chetta chechi ikka akka saar sirji ji yaar makes sense sounds "
    "fair seriously sad bad worse worst better typo correction corrected updated latest current "
    "final twice first last half full total both either neither each every any some few several "
    "anytime anywhere anyhow whenever wherever whichever tonight daily weekly noon midnight day "
    "days week weeks month months year years hour time times mins min minutes always often "
    "sometimes usually well even over however though otherwise besides hopefully honest ever "
    "people others myself yourself himself herself ourselves itself through without money worry "
    "worried remember listen watch promise appreciate appreciated glad pleased useful helpful "
    "lucky simple easy hard difficult terrible horrible sorted fixed sent shared forwarded "
    "shortly nowhere everywhere somewhere keep keeping look set added instead rather "
    # The same in a hurry, and in the words of home.
    "hii heyy heyya kk aah hlo hy helo halo gm gn gud mrng mng evng nyt oki okie dokie thnks "
    "thanq thankyou tq urgnt received receiving recieved jaldi vegam pettennu acha accha achha "
    "bas chalega baad mein kal aaj nale innu pinne nannayi adipoli poli aano ano alle undo undu "
    "und tharam vilikku vili vilichal cheyyu "
    # What stands before a text, or who comes for the parts.
    "subject re fwd ps status male female parcel rain watchman plumber electrician helper worker "
    # The thing that a number or an address is.
    "alternate alternative secondary primary main personal official emergency landline residence "
    "residential backup direct extension ext fax gmail yahoo outlook hotmail rediffmail sms "
    "telegram signal skype facebook instagram insta phn phno phne mobil emial adress numbers "
    "digits digit preferred permanent temporary private family "
    # The order and what is done about it.
    "placed booking book booked purchase purchased buying bought paid receipt quote quotation "
    "advance balance amount cheque neft paytm phonepe rupees rs inr requirement approval approved "
    "accept accepted finalise finalize submit confirming confirmation cancelled reserved reserve "
    "pack packed dispatch dispatched transport lorry bus auto van car bike ship shipped "
    "delivering doorstep cod "
    # What people call a shop that does not answer.
    "pathetic useless shame shameful shameless ashamed ridiculous disgusted disgrace disgraceful "
    "awful dreadful rubbish garbage nonsense worthless hopeless careless irresponsible reckless "
    "unprofessional incompetent unreliable unacceptable inexcusable intolerable unbelievable "
    "unfair unhappy dissatisfied disappointed disappoint disappointment annoyed irritated "
    "irritate frustrated frustration furious fed rude lazy arrogant stupid idiot idiots idiotic "
    "fool fools foolish silly dumb cheat cheats cheated cheaters liar liars fraud frauds scam "
    "scammers thieves fake bogus joke joker jokers mess waste wasted wastage poor poorest lousy "
    "crap damn hell bloody nasty negligent negligence ignorant ignored neglected insult insulted "
    "unhelpful inefficient slow crazy mad senseless unresponsive abysmal atrocious appalling "
    "bakwas bekar bekaar ghatiya mosham kashtam nanakedu nanakkedu kolilla "
)
"""Words that end a name, or show that none begins here."""

TOWNS = vocabulary(
    "thiruvalla tiruvalla tvla thiruvananthapuram trivandrum kollam quilon pathanamthitta "
    "alappuzha alleppey kottayam idukki kochi cochin ernakulam thrissur trichur palakkad "
    "malappuram kozhikode calicut wayanad kannur kasaragod kasargod aluva angamaly adoor "
    "chengannur changanassery mavelikkara ranni kozhenchery kozhencherry pandalam kayamkulam "
    "haripad punalur kumbanad mallappally kallooppara aranmula kottarakkara ettumanoor cherthala "
    "varkala munnar thodupuzha muvattupuzha perumbavoor chalakudy guruvayur manjeri kakkanad "
    "chennai coimbatore madurai bangalore bengaluru mysore mangalore hyderabad mumbai pune delhi "
    "kolkata ahmedabad "
)
"""Towns from which the shop's customers write, as they are spelled most."""

_WRITTEN_LIKE_NAMES = vocabulary(
    "north south east west inside outside road street junction market post station online group "
    "ward landmark kitchen care office home work warehouse workshop factory school college "
    "hospital hotel resort temple church mosque building apartment villa site hostel bank kerala "
    "tamilnadu karnataka goa india "
    # Makers of what the shop repairs.
    "samsung lg voltas daikin hitachi panasonic whirlpool godrej haier carrier mitsubishi "
    "ogeneral videocon onida sanyo sharp sony toshiba bosch ifb bluestar coolwind wind onam vishu "
    "diwali deepavali christmas xmas easter eid ramzan ramadan bakrid pongal holi dussehra "
    "navaratri pooja puja "
)
NOT_PEOPLE = EVERYDAY | TOWNS | _WRITTEN_LIKE_NAMES
"""With them those that are written like a name: places, makers, feasts."""

NOT_IN_PLACES = EVERYDAY - vocabulary(
    "near in at of the new old to by and into shop company address location place second one two "
    "three four five store open water house flat door first check auto down family uncle lorry "
    "main side residence residential best love bus car final full half private man wind warm "
    "super welcome emergency kal tc"
)
"""Everyday words but for those that can stand in the name of a place: "near the church"."""

NO_PLACE = vocabulary(
    "last yesterday today tomorrow morning evening night afternoon monday tuesday wednesday "
    "thursday friday saturday sunday your you me us him her them now then long past a an it "
    "this that there which where what home least all any some half two three four few several "
    "same first beginning tonight not yes no ok okay sure hello hi thanks time days hours need "
    "want changing change how when why who case fact general order stock wrong incorrect come send "
    "fast quick quickly"
)
"""Words that no place begins with."""

NOWHERE = EVERYDAY | vocabulary(
    "work office home workshop factory school college lunch dinner breakfast tea meeting class "
    "traffic bed train taxi duty trouble pain debt tears"
)
"""Words that alone say where nobody would find it: "at work", "in the evening"."""
