/* Names of columns as administrations write them in their extracts. */
#include "formats/mapping_names.h"

const struct mapping_name mapping_names[] = {
	{"reference",
		"declaration id;declaration number;declaration no;declaration;declaration ref;"
		"numero de declaration;n declaration;no declaration;num declaration;numero declaration;"
		"reference;sad number;sad;numero du dau;bl;bl number;bill of lading;connaissement;"
		"numero de connaissement;bol reference;id declaration;numero da declaracao;"
		"numero de la declaracion;registration number;numero d enregistrement"},
	{"registered_on",
		"date;registration date;date d enregistrement;date declaration;date de declaration;"
		"date de la declaration;declaration date;date enregistrement;data;data de registo;"
		"data da declaracao;fecha;fecha de registro;fecha de la declaracion;reg date"},
	{"office",
		"office;office id;office code;customs office;bureau;bureau de douane;code bureau;"
		"bureau douane;estancia;estancia aduaneira;aduana;aduana code;codigo aduana;cuo code"},
	{"flow",
		"flow;sens;sens du trafic;flux;import export;fluxo;flujo"},
	{"type",
		"type;declaration type;type of declaration;type de declaration;modele;model;process type;"
		"tipo;tipo de declaracao;tipo de declaracion"},
	{"regime",
		"regime;regime general;general procedure;procedure;import type;regime geral;regimen;"
		"cpc general"},
	{"manifest",
		"manifest;manifeste;manifest number;numero de manifeste;manifesto;manifiesto;"
		"manifest reference"},
	{"voyage",
		"voyage;voyage number;numero de voyage;viagem;viaje"},
	{"transport_mode",
		"mode of transport;mode de transport;transport mode;mode transport;modo de transporte;"
		"modalidad de transporte"},
	{"vessel",
		"vessel;vessel name;ship;navire;nom du navire;moyen de transport;navio;buque;"
		"means of transport;nave"},
	{"vessel_nationality",
		"vessel nationality;nationalite du navire;pavillon;flag;nationality of transport;bandeira;"
		"bandera"},
	{"place_of_loading",
		"place of loading;port of loading;lieu de chargement;port de chargement;porto de embarque;"
		"puerto de carga"},
	{"place_of_unloading",
		"place of unloading;port of unloading;port of discharge;lieu de dechargement;"
		"port de dechargement;porto de descarga;puerto de descarga"},
	{"country_of_export",
		"country of departure;country of export;export country;pays de provenance;provenance;"
		"pays d exportation;country of consignment;pais de exportacao;pais de procedencia;"
		"pais de proveniencia;country of dispatch;departure country"},
	{"country_of_destination",
		"country of destination;destination country;pays de destination;pais de destino;destination"},
	{"trading_country",
		"trading country;pays de transaction;pays de negoce;pais de transaccion"},
	{"location",
		"location;location of goods;shed;magasin;localisation;localisation des marchandises;"
		"armazem;almacen;magasin code"},
	{"delivery_terms",
		"delivery terms;incoterm;incoterms;conditions de livraison;condition de livraison;"
		"terms of delivery"},
	{"payment_mode",
		"payment type;mode of payment;payment mode;mode de paiement;paiement;modo de pagamento;"
		"forma de pago"},
	{"transaction_nature",
		"nature of transaction;nature de la transaction;import use;natureza da transacao;"
		"naturaleza de la transaccion"},
	{"currency",
		"invoice currency;monnaie de la facture;devise de la facture;moeda da fatura;"
		"moneda de la factura"},
	{"warehouse",
		"warehouse;entrepot;entreposto;deposito"},
	{"consignee.code",
		"importer id;importer code;importer tin;consignee code;consignee id;importer;"
		"code importateur;importateur;code destinataire;destinataire;nif importateur;nif;ifu;ninea;"
		"tin;importador;codigo do importador;nif do importador;codigo importador;ncc;niu;"
		"company code"},
	{"consignee.name",
		"importer name;consignee name;nom importateur;nom de l importateur;nom du destinataire;"
		"raison sociale;nome do importador;nombre del importador;consignee"},
	{"consignee.address",
		"importer address;consignee address;adresse importateur;adresse de l importateur;"
		"adresse du destinataire;endereco;direccion"},
	{"exporter.code",
		"exporter id;exporter code;seller id;code exportateur;supplier id;supplier code;"
		"code fournisseur;codigo do exportador;codigo exportador"},
	{"exporter.name",
		"exporter;exporter name;seller;seller name;supplier;supplier name;exportateur;"
		"nom exportateur;nom de l exportateur;fournisseur;nom du fournisseur;exportador;"
		"nome do exportador;nombre del exportador;proveedor;fornecedor"},
	{"declarant.code",
		"declarant id;declarant code;declarant;code declarant;code du declarant;broker;broker id;"
		"broker code;agent code;commissionnaire;transitaire;code transitaire;despachante;"
		"codigo do declarante;declarante;agente de aduana"},
	{"declarant.name",
		"declarant name;nom du declarant;nom declarant;broker name;nom du transitaire;"
		"nome do declarante;nombre del declarante"},
	{"carrier.code",
		"courier id;carrier code;carrier id;carrier;code transporteur;transporteur;transportador;"
		"transportista"},
	{"carrier.name",
		"carrier name;courier name;nom du transporteur;nome do transportador;"
		"nombre del transportista"},
	{"packages",
		"total packages;nombre total de colis;total colis;total de volumes"},
	{"gross_mass",
		"total gross mass;total gross weight;masse brute totale;poids brut total"},
	{"invoice_total",
		"invoice amount;total invoice;montant facture;montant de la facture;invoice value;"
		"valeur facture;valor da fatura;valor de la factura"},
	{"freight",
		"freight;fret;frete;flete"},
	{"insurance",
		"insurance;assurance;seguro"},
	{"exchange_rate",
		"exchange rate;taux de change;taxa de cambio;tipo de cambio"},
	{"duties",
		"total duties;total taxes;total droits et taxes"},
	{"outcome.adverse",
		"fraud;fraude;illicit;infraction;infracao;infraccion;irregularity;irregularite;offence;"
		"contentieux;positive;result;resultat"},
	{"outcome.recovered",
		"revenue;duty found;additional revenue;droits redresses;redressement;droits compromis;"
		"droits recuperes;recovered;direitos recuperados;adjusted duty;montant redresse;penalty;"
		"raised tax amount usd"},
	{"item.number",
		"item;item number;item no;article;numero d article;numero article;n article;adicao;"
		"numero do item;linha;line;line number"},
	{"item.hs",
		"hs;hs code;hs6;hs6 code;hs8;hs10;commodity code;tariff code;position tarifaire;code sh;sh;"
		"code tarifaire;nomenclature;espece tarifaire;espece;ngp;nts;codigo pautal;posicao pautal;"
		"codigo sh;partida arancelaria;posicion arancelaria;subpartida;tariff;goods code"},
	{"item.origin",
		"country of origin;origin;origin country;origine;pays d origine;pays origine;"
		"pais de origem;origem;pais de origen;origen"},
	{"item.preference",
		"preference;preference code;code preference;preference tarifaire;preferencia;"
		"country of origin indicator"},
	{"item.procedure",
		"cpc;extended procedure;customs procedure;customs procedure code;regime douanier;"
		"code regime;regime etendu;codigo de regime;regimen aduanero"},
	{"item.national_procedure",
		"national procedure;additional procedure;code additionnel;procedure nationale"},
	{"item.description",
		"description;goods description;description of goods;commercial description;designation;"
		"designation commerciale;designation des marchandises;libelle;marchandise;marchandises;"
		"libelle commercial;descricao;descricao das mercadorias;descripcion;"
		"descripcion de la mercancia;goods"},
	{"item.tariff_description",
		"tariff description;libelle tarifaire;designation tarifaire;descricao pautal"},
	{"item.marks",
		"marks;marks and numbers;marques;marques et numeros;marcas"},
	{"item.package_kind",
		"package type;kind of packages;nature des colis;type de colis;emballage;tipo de volumes;"
		"tipo de bultos"},
	{"item.packages",
		"packages;number of packages;nombre de colis;colis;nb colis;nbre colis;volumes;"
		"numero de volumes;bultos;numero de bultos"},
	{"item.gross_mass",
		"gross mass;gross weight;masse brute;poids brut;peso bruto;gross kg"},
	{"item.net_mass",
		"net mass;net weight;masse nette;poids net;peso liquido;peso neto;weight;poids;peso;net kg"},
	{"item.price",
		"item price;price;prix;valeur facturee;prix facture;fob;fob value;valeur fob;valor fob;"
		"preco;precio;invoice price"},
	{"item.customs_value",
		"customs value;cif;cif value;valeur en douane;valeur caf;valeur douane;caf;valor aduaneiro;"
		"valor cif;valor en aduana;value;valeur;valor;assessed value"},
	{"item.statistical_value",
		"statistical value;valeur statistique;valor estatistico;valor estadistico"},
	{"item.currency",
		"currency;currency code;devise;monnaie;moeda;moneda"},
	{"item.supplementary_unit",
		"supplementary unit;unite complementaire;unite;unit;unidade;unidad"},
	{"item.supplementary_quantity",
		"quantity;supplementary quantity;quantite;quantite complementaire;qte;quantidade;cantidad"},
	{"item.tax_type",
		"tax type;type de taxe;code taxe;tax code;tipo de imposto;tipo de impuesto"},
	{"item.duty_rate",
		"tax rate;duty rate;rate;taux;taux du droit;taux dd;taxa;tasa;tarif rate"},
	{"item.duties",
		"duties;taxes;duties and taxes;droits et taxes;droits;total taxes item;tax;duty;"
		"montant des droits;direitos;derechos;impuestos;direitos e taxas;duty paid;tax amount"},
	{"item.chassis",
		"chassis;chassis number;vin;numero de chassis;numero chassis;chassi"},
	{"item.valuation_method",
		"valuation method;methode d evaluation;metodo de valoracion"},
	{"item.previous_document",
		"previous document;document precedent;documento precedente;documento anterior"},
	{"item.transport_document",
		"transport document;titre de transport;documento de transporte"},
	{"item.licence",
		"licence;license;licence number;numero de licence;licenca;licencia"},
	{"container.reference",
		"container;container number;container no;conteneur;numero de conteneur;numero conteneur;"
		"contentor;contenedor;numero do contentor;ctn reference"},
	{"container.type",
		"container type;type de conteneur;type conteneur;tipo de contentor;tipo de contenedor"},
};
const unsigned mapping_name_count = sizeof mapping_names / sizeof *mapping_names;
